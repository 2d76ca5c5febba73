"""The server that tests talk to: in this process, in memory or on loopback, without anything to install."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from imapkit.errors import InvalidArgument
from imapkit.testing import certificates
from imapkit.testing.commands import TABLE
from imapkit.testing.commands.store import checked_flags
from imapkit.testing.memory import AsyncMemoryStream, MemoryStream
from imapkit.testing.profiles import ProfileName, profile
from imapkit.testing.refusal import Refused
from imapkit.testing.session import ServerSession, Tls
from imapkit.testing.site import Failure, Progress, Site
from imapkit.testing.store import Content
from imapkit.types.urls import ImapUrl

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Sequence
    from email.message import EmailMessage
    from types import TracebackType
    from typing import Self

    from imapkit._sync import Mailbox
    from imapkit.account import Account, AsyncConnecting
    from imapkit.testing.network import Listener
    from imapkit.types.flags import Flag

__all__ = ["Server"]

_LINE_END = re.compile(rb"\r?\n")


class Server:
    r"""An IMAP server in this process, for tests and demonstrations: nothing is stored, nothing is left behind.

    It speaks IMAP4rev1 (RFC 3501) and IMAP4rev2 (RFC 9051) with the extensions of its profile: ``"dovecot"`` offers
    what Dovecot 2.3 does, as far as it is built here; ``"gmail"`` what Gmail does, labels that are folders among it;
    ``"rfc9051"`` is IMAP4rev2 alone; ``"minimal"`` is RFC 3501 without a single extension; ``"everything"`` has every
    extension that is built.  `capabilities` replaces the list of the profile.

    Each user begins with INBOX, Drafts, Sent, Junk, Trash and Archive (with Gmail's folders where it is Gmail).
    `open_stream` connects in memory, `serve` on loopback, over TLS unless asked otherwise.

    >>> with Server() as server:
    ...     server.add_user("ann@example.org")
    ...     server.deliver("ann@example.org", subject="Tea?", text="At four.")
    1

    Every method may be called from any thread.
    """

    def __init__(self, *, profile: ProfileName = "dovecot", capabilities: Iterable[str] | None = None) -> None:
        self._site = Site(_profile(profile, capabilities, TABLE.capabilities), TABLE)
        self._listeners: list[Listener] = []
        self._address: tuple[str, int] | None = None

    def add_user(self, user: str, password: str = "pw", *, quota: int | None = None) -> None:  # noqa: S107 - not a secret
        """Make an account.  `quota` is in octets; what would go over it is refused with OVERQUOTA.

        The password is also the token of XOAUTH2 and OAUTHBEARER.  The user called ``"admin"`` may act for others
        (PROXYAUTH), set their quota, and set what is everybody's in the server's metadata.

        Raises `InvalidArgument` for a user who exists.
        """
        with self._site.lock:
            self._site.add_user(user, password, quota)

    def deliver(
        self,
        user: str,
        message: EmailMessage | bytes | None = None,
        *,
        folder: str = "INBOX",
        subject: str = "",
        text: str = "",
        flags: Iterable[Flag | str] = (),
        received: dt.datetime | None = None,
    ) -> int:
        """Put a message into a folder, as a mail transfer agent does, and give its UID.

        Whoever has the folder selected is told: at once when idling.  Without a `message` one is made of `subject` and
        `text`; lines of `bytes` may end in LF.  `received` (aware) is the internal date, now unless said.  The quota
        does not count here.

        Raises `InvalidArgument` for a user, a folder or a flag that there is not.
        """
        octets = _octets(message, subject, text)
        if received is not None and received.utcoffset() is None:
            raise InvalidArgument("received: a datetime with a timezone is needed, e.g. with .astimezone()")
        with self._site.lock:
            account = self._site.account(user)
            try:
                mailbox = account.find("INBOX" if folder.lower() == "inbox" else folder)
                wanted = checked_flags(flags)
            except Refused as refused:
                raise InvalidArgument(refused.text) from None
            return mailbox.add(Content(octets), flags=wanted, received=received).uid

    def fail_next(
        self,
        command: str,
        *,
        status: Literal["NO", "BAD"] = "NO",
        code: str | None = None,
        text: str = "",
    ) -> None:
        """Have the next `command`, of whichever client, fail without being carried out.

        `command` is its name, such as ``"APPEND"`` or ``"UID FETCH"``; `code` is a response code without its brackets,
        such as ``"OVERQUOTA"``.  Called twice, the next two fail.
        """
        name = self._command(command)
        with self._site.lock:
            self._site.fail_next(name, Failure(status, code, text))

    def progress_next(self, command: str, *done: int | None, goal: int | None = None, tagged: bool = True) -> None:
        """Have the next `command` tell that it takes long, before it is carried out (INPROGRESS, RFC 9585).

        It is told once for each of `done`: that so many of `goal` are done, or for None that the server works on.
        Without `tagged`, the client is not told which command it is about.  Only what offers INPROGRESS can do that.
        """
        name = self._command(command)
        with self._site.lock:
            if "INPROGRESS" not in self._site.profile.names:
                raise InvalidArgument("this server does not offer INPROGRESS: profile='everything' does")
            self._site.progress_next(name, Progress(done, goal, tagged))

    def _command(self, name: str) -> str:
        known = " ".join(name.upper().split())
        if known not in self._site.table.commands:
            raise InvalidArgument(f"there is no command {name!r}")
        return known

    def refer(self, user: str, url: str, *, folder: str | None = None) -> None:
        """Have this user, or one `folder` of theirs, be on another server: an IMAP URL says where (RFC 5092).

        What names them is refused with REFERRAL, by a server that offers LOGIN-REFERRALS (RFC 2221) or
        MAILBOX-REFERRALS (RFC 2193).  Raises `InvalidArgument` for what is no such URL.
        """
        target = ImapUrl.parse(url)
        with self._site.lock:
            account = self._site.account(user)
            if folder is None:
                account.home = target
            else:
                account.remote[folder] = target if target.folder else replace(target, folder=folder)

    def drop_connections(self) -> None:
        """Cut all connections without a word, as a failing network does; new ones are welcome."""
        with self._site.lock:
            for session in tuple(self._site.sessions):
                session.abort()
            self._site.sessions.clear()

    @property
    def transcript(self) -> Sequence[str]:
        """What was said, oldest first: ``"C: ..."`` and ``"S: ..."``, secrets replaced by ``***``, literals shortened.

        The last ten thousand lines, of all connections together.
        """
        with self._site.lock:
            return self._site.transcript.lines()

    # --- imapkit's own clients --------------------------------------------------------------------------------

    def account(self, user: str) -> Account:
        """The settings to connect to this server as `user`, over TLS on loopback; begins to `serve` when needed.

        Raises `InvalidArgument` for a user whom `add_user` has not made.
        """
        from imapkit.account import Account
        from imapkit.types.auth import Password

        password = self._password_of(user)
        with self._site.lock:
            self._address = self._address or self.serve()
            host, port = self._address
        return Account(host=host, port=port, auth=Password(user, password), ssl_context=self.client_context())

    def connect(self, user: str, *, read_only: bool = False) -> Mailbox:
        """Connect and log in, in memory: no socket, no port, no thread.

        >>> with Server() as server:
        ...     server.add_user("ann@example.org")
        ...     with server.connect("ann@example.org") as mail:
        ...         mail.inbox.messages.count()
        0
        """
        from imapkit.testing import clients

        account = clients.in_memory(user, self._password_of(user), read_only=read_only)
        return clients.connect(account, self.open_stream)

    def connect_async(self, user: str, *, read_only: bool = False) -> AsyncConnecting:
        """Connect and log in, in memory, for asyncio: ``await`` it, or use it in ``async with``."""
        from imapkit.testing import clients

        account = clients.in_memory(user, self._password_of(user), read_only=read_only)
        return clients.connect_async(account, self.open_async_stream)

    def _password_of(self, user: str) -> str:
        with self._site.lock:
            return self._site.account(user).password.reveal()

    # --- connections ------------------------------------------------------------------------------------------

    def open_stream(self, *, tls: Tls = "none") -> MemoryStream:
        """Connect in memory: a `imapkit.transport.streams.Stream` with the greeting ready to read."""
        with self._site.lock:
            return MemoryStream(self._open(tls))

    def open_async_stream(self, *, tls: Tls = "none") -> AsyncMemoryStream:
        """Connect in memory, for asyncio; called inside a running event loop."""
        with self._site.lock:
            return AsyncMemoryStream(self._open(tls))

    def serve(self, host: str = "127.0.0.1", port: int = 0, *, tls: Tls = "implicit") -> tuple[str, int]:
        """Listen on a TCP port, any free one for 0, and give the address.

        With `tls` ``"implicit"`` TLS begins at once, as on port 993; with ``"starttls"`` the client asks for it, and
        nobody logs in before; with ``"none"`` there is none.  The certificate is for localhost, and `client_context`
        trusts it.  May be called again, for another port.
        """
        from imapkit.testing.network import Listener

        if tls not in get_args(Tls):
            raise InvalidArgument(f"tls is one of {', '.join(get_args(Tls))}, not {tls!r}")
        listener = Listener(self._site, host, port, tls)
        self._listeners.append(listener)
        return listener.address

    @staticmethod
    def client_context() -> ssl.SSLContext:
        """A TLS context that trusts the test server's certificate, and nothing else.

        Its private key is public (it comes with this package): it protects nothing, and nothing else trusts it.
        """
        return certificates.client_context()

    def close(self) -> None:
        """End all connections, and the threads of `serve`.  May be called again."""
        self.drop_connections()
        while self._listeners:
            self._listeners.pop().close()
        self._address = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, tls: Tls) -> ServerSession:
        session = ServerSession(self._site, tls=tls)
        self._site.sessions.add(session)
        return session


def _octets(message: EmailMessage | bytes | None, subject: str, text: str) -> bytes:
    """The message with CRLF at the end of each line, as mail has it."""
    if message is not None:
        if subject or text:
            raise InvalidArgument("deliver: a message, or subject and text to make one of; not both")
        return _LINE_END.sub(b"\r\n", message if isinstance(message, bytes) else bytes(message))
    from email.message import EmailMessage as NewMessage
    from email.policy import SMTP
    from email.utils import format_datetime

    made = NewMessage(policy=SMTP)
    made["From"] = "sender@example.org"
    made["To"] = "recipient@example.org"
    made["Subject"] = subject
    made["Date"] = format_datetime(dt.datetime.now(dt.UTC))
    made.set_content(text)
    return bytes(made)


_profile = profile
