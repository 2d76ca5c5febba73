"""CATENATE (RFC 4469): a message put together of new text and of what the server has; URL-PARTIAL (RFC 5550)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imapkit.testing import imap_urls
from imapkit.testing.commands import appendlimit
from imapkit.testing.features import AppendItem, Feature, NewMessage
from imapkit.testing.refusal import Refused
from imapkit.types.urls import ImapUrl

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_NO_TEXT = re.compile(r"[^\x20-\x5c\x5e-\x7e]")


# append-data =/ "CATENATE" SP "(" cat-part *(SP cat-part) ")"
# cat-part = "TEXT" SP literal / "URL" SP astring
def _catenate(session: ServerSession, arguments: Cursor, message: NewMessage) -> None:
    parts: list[bytes] = []
    for _ in arguments.items():
        kind = arguments.keyword()
        arguments.sp()
        if kind == "TEXT":
            if arguments.peek() not in tuple(b"{~"):
                raise arguments.error("a literal")
            parts.append(arguments.string())
        elif kind == "URL":
            parts.append(_content(session, arguments.astring().decode("utf-8", "surrogateescape")))
        else:
            raise Refused(f"Unknown part {kind}", status="BAD")
        # Before they are put together: the same large part can be named a thousand times.
        appendlimit.insist(session, sum(map(len, parts)))
    if not parts:
        raise arguments.error("a part")
    message.octets = b"".join(parts)


def _content(session: ServerSession, text: str) -> bytes:
    try:
        if _SCHEME.match(text):
            raise imap_urls.UrlFailed("only what is here can be put into a message: the URL has to be relative")
        url = imap_urls.parse(text, _base(session))
        mailbox = session.namespace.find(url.folder or "", "r")
        message = imap_urls.find_message(mailbox, url)
        return imap_urls.content(message, url, partial=session.supports("URL-PARTIAL"))
    except (imap_urls.UrlFailed, Refused) as failure:
        # Some characters cannot stand in a response code (RFC 4469, 5, url-resp-text).
        shown = _NO_TEXT.sub(lambda found: "".join(f"%{octet:02X}" for octet in _octets(found[0])), text)
        raise Refused(f"CATENATE has failed: {failure}", code=f"BADURL {shown}") from None


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _base(session: ServerSession) -> ImapUrl:
    """What URLs are relative to: the selected mailbox, or else the user's all (RFC 4469, 3)."""
    folder = session.namespace.name_of(session.selected.mailbox) if session.selected is not None else None
    return ImapUrl(imap_urls.HOST, user=session.account.user, folder=folder)


FEATURE = Feature(
    capabilities=("CATENATE", "URL-PARTIAL"),
    append_items={"CATENATE": AppendItem(_catenate, ("CATENATE",))},
)
