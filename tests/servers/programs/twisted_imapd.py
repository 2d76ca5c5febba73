"""Twisted's IMAP4Server over mailboxes in memory."""

from __future__ import annotations

import email
import email.utils
import io
import itertools
import sys

from twisted.cred import checkers, credentials, portal
from twisted.internet import defer, protocol, reactor, ssl
from twisted.mail import imap4, interfaces
from twisted.python import log
from zope.interface import implementer

FLAGS = ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")
_validity = itertools.count(1000)


@implementer(interfaces.IMessageIMAP, interfaces.IMessageIMAPFile)
class Message:
    """A message, or a part of one."""

    def __init__(self, raw: bytes, uid: int = 0, flags: tuple[str, ...] = (), date: str = "") -> None:
        self.raw, self.uid, self.flags, self.date = raw, uid, set(flags), date
        self.parsed = email.message_from_bytes(raw)

    def getUID(self):  # noqa: N802 - Twisted's names, here and below
        return self.uid

    def getFlags(self):  # noqa: N802
        return sorted(self.flags)

    def getInternalDate(self):  # noqa: N802
        return self.date

    def getHeaders(self, negate, *names):  # noqa: N802
        wanted = {(name if isinstance(name, str) else name.decode()).lower() for name in names}
        fields = [(name.lower(), str(value)) for name, value in self.parsed.items()]
        return {name: value for name, value in fields if not wanted or (name in wanted) != bool(negate)}

    def getBodyFile(self):  # noqa: N802
        return io.BytesIO(self.raw.partition(b"\r\n\r\n")[2])

    def getSize(self):  # noqa: N802
        return len(self.raw)

    def isMultipart(self):  # noqa: N802
        return self.parsed.get_content_maintype() == "multipart"

    def getSubPart(self, number):  # noqa: N802
        boundary = self.parsed.get_boundary()
        if boundary is None:
            raise IndexError(number)
        pieces = (b"\r\n" + self.raw).split(b"\r\n--" + boundary.encode())[1:]
        parts = [piece.partition(b"\r\n")[2] for piece in pieces if not piece.startswith(b"--")]
        return Message(parts[number])

    def open(self):
        return io.BytesIO(self.raw)


@implementer(interfaces.IMailboxIMAP, interfaces.IMessageIMAPCopier, interfaces.ICloseableMailboxIMAP)
class Mailbox:
    """Messages in order."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.uid_next = 1
        self.uid_validity = next(_validity)
        self.listeners = []

    def getUIDValidity(self):  # noqa: N802
        return self.uid_validity

    def getUIDNext(self):  # noqa: N802
        return self.uid_next

    def getUID(self, number):  # noqa: N802
        return self.messages[number - 1].uid

    def getMessageCount(self):  # noqa: N802
        return len(self.messages)

    def getRecentCount(self):  # noqa: N802
        return 0

    def getUnseenCount(self):  # noqa: N802
        return sum("\\Seen" not in message.flags for message in self.messages)

    def isWriteable(self):  # noqa: N802
        return True

    def destroy(self):
        self.messages = []

    def close(self):
        return None

    def requestStatus(self, names):  # noqa: N802
        return imap4.statusRequestHelper(self, names)

    def addListener(self, listener):  # noqa: N802
        self.listeners.append(listener)

    def removeListener(self, listener):  # noqa: N802
        self.listeners.remove(listener)

    def getFlags(self):  # noqa: N802
        return list(FLAGS)

    def getHierarchicalDelimiter(self):  # noqa: N802
        return "/"

    def addMessage(self, message, flags=(), date=None):  # noqa: N802
        raw = message.read()
        date = date.decode() if isinstance(date, bytes) else date
        return defer.succeed(self._add(raw.encode() if isinstance(raw, str) else raw, tuple(flags), date))

    def copy(self, message):
        return defer.succeed(self._add(message.raw, tuple(message.flags), message.date))

    def _add(self, raw, flags, date):
        uid, self.uid_next = self.uid_next, self.uid_next + 1
        self.messages.append(Message(raw, uid, flags, date or email.utils.formatdate()))
        for listener in tuple(self.listeners):
            listener.newMessages(len(self.messages), None)
        return uid

    def expunge(self):
        gone = [number for number, message in enumerate(self.messages, 1) if "\\Deleted" in message.flags]
        self.messages = [message for message in self.messages if "\\Deleted" not in message.flags]
        return gone[::-1]

    def fetch(self, messages, uid):
        numbered = list(enumerate(self.messages, 1))
        messages.last = (self.messages[-1].uid if uid else len(self.messages)) if self.messages else 0
        return [(number, message) for number, message in numbered if (message.uid if uid else number) in messages]

    def store(self, messages, flags, mode, uid):
        changed = {}
        for number, message in self.fetch(messages, uid):
            given = set(flags)
            message.flags = given if not mode else message.flags | given if mode > 0 else message.flags - given
            changed[number] = message.getFlags()
        for listener in tuple(self.listeners):
            listener.flagsChanged(changed)
        return changed


@implementer(interfaces.IAccountIMAP, interfaces.INamespacePresenter)
class Account:
    """Mailboxes by name; Twisted's own account upper-cases all names."""

    def __init__(self) -> None:
        self.mailboxes = {name: Mailbox() for name in ("INBOX", "Drafts", "Sent", "Trash")}
        self.subscriptions = set(self.mailboxes)

    def addMailbox(self, name, mailbox=None):  # noqa: N802
        if self._name(name) in self.mailboxes:
            raise _collision(name)
        self.mailboxes[name] = mailbox or Mailbox()
        return True

    def create(self, path):
        return self.addMailbox(path.removesuffix("/"))

    def select(self, name, rw=True):
        return self.mailboxes.get(self._name(name))

    def delete(self, name):
        if name not in self.mailboxes:
            raise imap4.NoSuchMailbox(name.encode())
        self.mailboxes.pop(name).destroy()

    def rename(self, old, new):
        if old not in self.mailboxes:
            raise imap4.NoSuchMailbox(old.encode())
        if new in self.mailboxes:
            raise _collision(new)
        for name in [name for name in self.mailboxes if name == old or name.startswith(old + "/")]:
            self.mailboxes[new + name[len(old) :]] = self.mailboxes.pop(name)

    def isSubscribed(self, name):  # noqa: N802
        return self._name(name) in self.subscriptions

    def subscribe(self, name):
        self.subscriptions.add(self._name(name))

    def unsubscribe(self, name):
        self.subscriptions.discard(self._name(name))

    def listMailboxes(self, reference, pattern):  # noqa: N802
        wanted = imap4.wildcardToRegexp(reference + pattern, "/")
        return [(name, mailbox) for name, mailbox in self.mailboxes.items() if wanted.match(name)]

    def getPersonalNamespaces(self):  # noqa: N802
        return [[b"", b"/"]]

    def getSharedNamespaces(self):  # noqa: N802
        return None

    def getUserNamespaces(self):  # noqa: N802
        return None

    def _name(self, name):
        return "INBOX" if name.upper() == "INBOX" else name


def _collision(name):
    return imap4.MailboxCollision(name.encode())


@implementer(portal.IRealm)
class Realm:
    """An account for whoever logs in."""

    def __init__(self) -> None:
        self.accounts = {}

    def requestAvatar(self, name, mind, *wanted):  # noqa: N802
        return interfaces.IAccountIMAP, self.accounts.setdefault(name, Account()), lambda: None


@implementer(checkers.ICredentialsChecker)
class Checker:
    """Anybody who knows the password."""

    credentialInterfaces = (credentials.IUsernamePassword, credentials.IUsernameHashedPassword)  # noqa: N815

    def __init__(self, password: bytes) -> None:
        self.password = password

    def requestAvatarId(self, given):  # noqa: N802
        if given.checkPassword(self.password):
            return defer.succeed(given.username)
        return defer.fail(checkers.error.UnauthorizedLogin())


class Factory(protocol.Factory):
    """Makes the protocol of each connection."""

    def __init__(self, context, password: str) -> None:
        self.context = context
        self.portal = portal.Portal(Realm())
        self.portal.registerChecker(Checker(password.encode()))

    def buildProtocol(self, address):  # noqa: N802
        made = imap4.IMAP4Server(contextFactory=self.context)
        made.portal, made.factory = self.portal, self
        made.challengers.update(
            {
                b"CRAM-MD5": credentials.CramMD5Credentials,
                b"LOGIN": imap4.LOGINCredentials,
                b"PLAIN": imap4.PLAINCredentials,
            }
        )
        return made


def main(port: str, tls_port: str, certificate: str, key: str, password: str) -> None:
    """Serve until SIGTERM."""
    log.startLogging(sys.stdout)
    context = ssl.DefaultOpenSSLContextFactory(key, certificate)
    factory = Factory(context, password)
    reactor.listenTCP(int(port), factory, interface="127.0.0.1")
    reactor.listenSSL(int(tls_port), factory, context, interface="127.0.0.1")
    reactor.run()


main(*sys.argv[1:])
