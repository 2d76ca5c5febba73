"""URLAUTH (RFC 4467) and URLAUTH=BINARY (RFC 5524): URLs by which others may read one message.

Each mailbox has a key; who can make the token at the end of a URL with it has been here.  A URL "for submission"
(``submit+ann``) is for the user "submit", who stands for a submission server.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Final

from imapkit.errors import InvalidArgument
from imapkit.testing import imap_urls, render
from imapkit.testing.commands.binary import decoded
from imapkit.testing.features import Completion, Feature, Handler, Request
from imapkit.testing.message.bodystructure import body_structure
from imapkit.testing.message.parts import Part
from imapkit.testing.refusal import Refused
from imapkit.types.urls import ImapUrl

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox, StoredMessage
    from imapkit.testing.view import View

__all__ = ["FEATURE"]

_MECHANISM: Final = "INTERNAL"
_CODE: Final = "URLMECH INTERNAL"
_ALGORITHM: Final = "01"  # what the token was made with, which it should tell (RFC 4467, 2.4.1)
_SUBMISSION: Final = "submit"


def _describe(session: ServerSession, _view: View) -> None:
    if session.supports("URLAUTH"):
        session.condition("OK", "Mechanisms to authorise URLs.", code=_CODE)


# --- GENURLAUTH -------------------------------------------------------------------------------------------------


# genurlauth = "GENURLAUTH" 1*(SP url-rump SP mechanism)
def _generate(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    urls: list[bytes] = []
    while not urls or not arguments.at_end():
        urls.append(_authorised(session, arguments))
        arguments.spaces()
    session.untagged(b"GENURLAUTH", *urls)


def _authorised(session: ServerSession, arguments: Cursor) -> bytes:
    rump = arguments.astring()
    arguments.sp()
    if arguments.keyword() != _MECHANISM:
        raise Refused("Only INTERNAL is known here", status="BAD")
    try:
        url = _parsed(rump)
    except imap_urls.UrlFailed as failed:
        raise Refused(str(failed), status="BAD") from None
    # RFC 4467, 7: the URL names the user, this server, a mailbox that is there, and whom it is for.
    if not imap_urls.is_here(url) or url.user != session.account.user or not url.urlauth or ":" in url.urlauth:
        raise Refused("This can't be authorised: it is not yours, not here, or does not say for whom", status="BAD")
    try:
        mailbox = session.namespace.find(url.folder or "", "r")
    except Refused as refused:
        raise Refused(refused.text, status="BAD") from None
    mailbox.url_key = mailbox.url_key or secrets.token_bytes(32)
    return render.string(rump + b":INTERNAL:" + _token(mailbox.url_key, rump))


def _parsed(octets: bytes) -> ImapUrl:
    try:
        return ImapUrl.parse(octets.decode("ascii"))
    except (InvalidArgument, UnicodeDecodeError):
        raise imap_urls.UrlFailed("This is no URL") from None


def _token(key: bytes, rump: bytes) -> bytes:
    return (_ALGORITHM + hmac.new(key, rump, hashlib.sha256).hexdigest()).encode("ascii")


# --- RESETKEY ---------------------------------------------------------------------------------------------------


# resetkey = "RESETKEY" [SP mailbox *(SP mechanism)]
def _reset(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    if arguments.at_end():
        for mailbox in session.account.mailboxes.values():
            mailbox.url_key = None
        return Completion("All keys removed.")
    mailbox = session.account.find(arguments.mailbox())
    while arguments.spaces():
        if arguments.keyword() != _MECHANISM:
            raise Refused("Only INTERNAL is known here", status="BAD")
    request.end()
    mailbox.url_key = None
    _tell_others(session, mailbox)
    return Completion(code=_CODE)


def _tell_others(session: ServerSession, mailbox: StoredMailbox) -> None:
    """Whoever has the mailbox selected in another session of this user is told, too (RFC 4467, 7)."""
    for other in tuple(session.site.sessions):
        view = other.selected
        if other is not session and view is not None and view.mailbox is mailbox and other.account is session.account:
            other.tell_later(b"OK", f"[{_CODE}] Mechanisms to authorise URLs.".encode("ascii"))
            other.flush()


# --- URLFETCH ---------------------------------------------------------------------------------------------------


# urlfetch = "URLFETCH" 1*(SP (url-full / url-fetch-ext))  (RFC 5524, 5)
def _fetch(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    elements: list[bytes] = []
    while not elements or not arguments.at_end():
        if arguments.peek() == ord("("):
            elements += _extended(session, arguments)
        else:
            url = arguments.astring()
            elements += [render.string(url), render.nstring(_simple(session, url))]
        arguments.spaces()
    session.untagged(b"URLFETCH", *elements)


def _simple(session: ServerSession, url: bytes) -> bytes | None:
    try:
        message, parsed = _admitted(session, url)
        return imap_urls.content(message, parsed, partial=session.supports("URL-PARTIAL"))
    except imap_urls.UrlFailed:
        return None  # and not a word why (RFC 4467, 7)


# url-fetch-ext = "(" url-full *(SP url-fetch-param) ")"
# url-fetch-param = "BODY" / "BINARY" / "BODYPARTSTRUCTURE" / atom
def _extended(session: ServerSession, arguments: Cursor) -> list[bytes]:
    if not session.supports("URLAUTH=BINARY"):
        raise Refused("A URL is needed", status="BAD")
    arguments.expect(b"(")
    url = arguments.astring()
    wanted: list[str] = []
    while arguments.spaces():
        wanted.append(arguments.keyword())
    arguments.expect(b")")
    if not wanted:  # RFC 5524, 5: as without the parentheses
        return [render.string(url), render.nstring(_simple(session, url))]
    once = len({*wanted}) == len(wanted)
    if not once or not {*wanted} <= {"BODYPARTSTRUCTURE", "BODY", "BINARY"} or {"BODY", "BINARY"} <= {*wanted}:
        raise Refused("BODY or BINARY, and perhaps BODYPARTSTRUCTURE, can be asked for, each once", status="BAD")
    try:
        message, parsed = _admitted(session, url)
        decode = "BINARY" in wanted
        return [render.string(url), *(_metadata(session, message, parsed, name, decode=decode) for name in wanted)]
    except imap_urls.UrlFailed:
        return [render.string(url), b"NIL"]


def _metadata(session: ServerSession, message: StoredMessage, url: ImapUrl, name: str, *, decode: bool) -> bytes:
    part = imap_urls.part_of(message, imap_urls.section_of(url))
    if name == "BODYPARTSTRUCTURE":
        shown = _as_decoded(part) if decode and part is not None else part
        value = b"NIL" if shown is None else body_structure(shown, extended=True, utf8=session.utf8)
    elif name == "BINARY" and part is not None and imap_urls.section_of(url).part:
        octets = decoded(part)
        if octets is not None and url.partial is not None:
            offset, length = url.partial
            octets = octets[offset : None if length is None else offset + length]
        value = b"NIL" if octets is None else render.binary(octets)
    else:
        value = render.binary(imap_urls.content(message, url, partial=session.supports("URL-PARTIAL")))
    return b"(" + name.encode("ascii") + b" " + value + b")"


def _as_decoded(part: Part) -> Part:
    """The part as BINARY gives it, which is what its structure then tells of (RFC 5524, 3.2)."""
    octets = decoded(part)
    if octets is None or octets == part.body:
        return part
    return Part(b"Content-Transfer-Encoding: binary\r\n" + part.header, octets, part.default_type)


def _admitted(session: ServerSession, octets: bytes) -> tuple[StoredMessage, ImapUrl]:
    """The message, for whoever the URL lets in."""
    url = _parsed(octets)
    head, _, token = octets.rpartition(b":")
    rump, _, mechanism = head.rpartition(b":")
    owner = session.site.accounts.get(url.user or "")
    if mechanism.upper() != _MECHANISM.encode("ascii") or owner is None or not imap_urls.is_here(url):
        raise imap_urls.UrlFailed("not authorised")
    mailbox = _mailbox(owner.mailboxes, url)
    key = mailbox.url_key
    if key is None or not hmac.compare_digest(token.lower(), _token(key, rump)):
        raise imap_urls.UrlFailed("not authorised")
    if not _is_for(session.account.user, (url.urlauth or "").partition(":")[0]) or _expired(url.expire):
        raise imap_urls.UrlFailed("not for this user, or not any longer")
    return imap_urls.find_message(mailbox, url), url


def _mailbox(mailboxes: dict[str, StoredMailbox], url: ImapUrl) -> StoredMailbox:
    name = url.folder or ""
    found = mailboxes.get("INBOX" if name.upper() == "INBOX" else name)
    if found is None:
        raise imap_urls.UrlFailed("not authorised")
    return found


# access = ("submit+" enc-user) / ("user+" enc-user) / "authuser" / "anonymous"
def _is_for(user: str, access: str) -> bool:
    kind, _, name = access.partition("+")
    match kind.lower():
        case "anonymous":
            return True
        case "authuser":
            return user.lower() != "anonymous"
        case "user":
            return user == _unescaped(name)
        case _:
            return user == _SUBMISSION


def _unescaped(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


def _expired(expire: str | None) -> bool:
    if expire is None:
        return False
    try:
        moment = dt.datetime.fromisoformat(expire.upper())
    except ValueError:  # the 31st of February, or a leap second
        return True
    return moment < dt.datetime.now(dt.UTC)


FEATURE = Feature(
    capabilities=("URLAUTH", "URLAUTH=BINARY"),
    commands=(
        # A URL is as good as a password for what it names.
        Handler("GENURLAUTH", _generate, requires=("URLAUTH",), secret=2),
        Handler("RESETKEY", _reset, requires=("URLAUTH",)),
        Handler("URLFETCH", _fetch, requires=("URLAUTH",), secret=2),
    ),
    describes=_describe,
)
