"""URLAUTH (RFC 4467): URLs by which somebody else may read one message, and URLAUTH=BINARY (RFC 5524).

Whoever holds such a URL may read what it names (as far as its access rule allows), so URLs never print here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.bodystructure import parse_bodystructure
from imapkit.protocol.extensions.urlpartial import is_partial
from imapkit.protocol.model import (
    AUTHENTICATED,
    Code,
    Collector,
    Command,
    Condition,
    Effect,
    Extension,
    Tagged,
    Untagged,
)
from imapkit.types.urls import ImapUrl

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder
    from imapkit.types.bodystructure import BodyStructure

__all__ = [
    "EXTENSIONS",
    "GenUrlAuth",
    "GeneratedUrls",
    "ResetKey",
    "UrlContent",
    "UrlFetch",
    "UrlFetched",
    "UrlMechanisms",
]


@dataclass(frozen=True, slots=True)
class UrlMechanisms(Code):
    """``[URLMECH INTERNAL ...]``: the ways in which URLs can be authorised for this mailbox."""

    mechanisms: tuple[str, ...]

    @property
    def name(self) -> str:
        """URLMECH."""
        return "URLMECH"


# resp-text-code =/ "URLMECH" SP "INTERNAL" *(SP mechanism ["=" base64])
def _url_mechanisms(cursor: Cursor) -> UrlMechanisms:
    mechanisms: list[str] = []
    while not cursor.at_end() and cursor.peek() not in b"]\r":
        mechanisms.append(cursor.atom())
        cursor.spaces()
    return UrlMechanisms(tuple(mechanisms))


@dataclass(frozen=True, slots=True)
class GeneratedUrls(Untagged):
    """``* GENURLAUTH``: the URLs, authorised."""

    urls: tuple[str, ...] = field(repr=False)


# genurlauth-data = "GENURLAUTH" 1*(SP url-full)
def _generated(cursor: Cursor) -> GeneratedUrls:
    urls: list[str] = []
    while not cursor.at_end():
        urls.append(_url(cursor))
        cursor.spaces()
    return GeneratedUrls(tuple(urls))


def _url(cursor: Cursor) -> str:
    return cursor.astring().decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class UrlContent:
    """What a URL leads to; `data` is None where the server would not say, or was not asked for it.

    `structure` is the part's, where `UrlFetch.structure` asked; `decoded` says that `data` has been decoded.
    """

    url: str = field(repr=False)
    data: bytes | None = field(default=None, repr=False)
    structure: BodyStructure | None = None
    decoded: bool = False


@dataclass(frozen=True, slots=True)
class UrlFetched(Untagged):
    """``* URLFETCH``."""

    contents: tuple[UrlContent, ...]


# urlfetch-data = "URLFETCH" 1*(SP (urldata-simple / urldata-ext / urldata-error))   (RFC 5524, 5)
# urldata-simple = url-full SP nstring      urldata-error = url-full SP nil
# urldata-ext    = url-full 1*(SP "(" url-metadata-el ")")
# url-metadata-el = "BODYPARTSTRUCTURE" SP body / "BODY" SP nstring / "BINARY" SP (nstring / literal8)
def _fetched(cursor: Cursor) -> UrlFetched:
    contents: list[UrlContent] = []
    while not cursor.at_end():
        url = _url(cursor)
        cursor.sp()
        contents.append(_extended(url, cursor) if cursor.peek() == ord("(") else UrlContent(url, cursor.nstring()))
        cursor.spaces()
    return UrlFetched(tuple(contents))


def _extended(url: str, cursor: Cursor) -> UrlContent:
    data: bytes | None = None
    structure: BodyStructure | None = None
    decoded = False
    while cursor.accept(b"("):
        name = cursor.keyword()
        cursor.sp()
        if name == "BODYPARTSTRUCTURE":
            structure = None if cursor.peek() != ord("(") else parse_bodystructure(cursor)
            if structure is None:
                cursor.nstring()
        elif name in {"BODY", "BINARY"}:
            data, decoded = cursor.nstring(), name == "BINARY"
        else:
            cursor.skip_value()
        cursor.spaces()
        cursor.expect(b")")
        cursor.spaces()
    return UrlContent(url, data, structure, decoded)


# --- commands -------------------------------------------------------------------------------------------------

# mechanism = "INTERNAL" / 1*(ALPHA / DIGIT / "-" / ".")
_MECHANISM = re.compile(r"[A-Za-z0-9.-]+")
_GRAPHIC = re.compile(r"[!-~]+")


def _checked_mechanism(name: str) -> str:
    if not _MECHANISM.fullmatch(name):
        raise InvalidArgument(f"{name!r} is no mechanism: its name has letters, digits, '-' and '.'")
    return name


# authimapurlrump = "imap://" enc-user [iauth] "@" hostport "/" imessagepart [expire] ";URLAUTH=" access
def _checked_rump(url: str) -> str:
    parsed = ImapUrl.parse(url)
    if parsed.urlauth is None or ":" in parsed.urlauth:
        raise InvalidArgument(
            "a URL to authorise names a message and says for whom it is, such as ';URLAUTH=anonymous' at its end"
        )
    if parsed.user is None or parsed.scheme != "imap" or not _GRAPHIC.fullmatch(url):
        raise InvalidArgument(
            "a URL to authorise is imap://user@host/..., percent-encoded, as str(ImapUrl(...)) writes it"
        )
    return url


class _GenerateCollector(Collector[tuple[str, ...]]):
    def __init__(self) -> None:
        self._urls: tuple[str, ...] = ()

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, GeneratedUrls):
            return False
        self._urls += response.urls
        return True

    def finish(self, completion: Tagged) -> tuple[str, ...]:
        return self._urls


@dataclass(frozen=True, slots=True)
class GenUrlAuth(Command[tuple[str, ...]]):
    """GENURLAUTH: authorise URLs, each of which says for whom (``;URLAUTH=anonymous``, ``user+``, ``submit+name``).

    Each names the user whose mailbox it is about.  A mailbox key is made where there is none.  The result holds the
    URLs in the same order, as bearers may use them.
    """

    urls: tuple[str, ...]
    mechanism: str = "INTERNAL"

    name = "GENURLAUTH"
    requires = ("URLAUTH",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """GENURLAUTH (url mechanism)..."""
        if not self.urls:
            raise InvalidArgument("no URL to authorise")
        out.word("GENURLAUTH")
        for url in self.urls:
            out.string(_checked_rump(url)).atom(_checked_mechanism(self.mechanism))

    def collector(self) -> Collector[tuple[str, ...]]:
        """The URLs, authorised."""
        return _GenerateCollector()

    def answers(self) -> frozenset[object]:
        """GENURLAUTH."""
        return frozenset({"GENURLAUTH"})


class _ResetCollector(Collector[tuple[str, ...]]):
    """The code comes with the tagged OK, or with an untagged one before it (RFC 4467, 8)."""

    def __init__(self) -> None:
        self._mechanisms: tuple[str, ...] = ()

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Condition) or not isinstance(response.code, UrlMechanisms):
            return False
        self._mechanisms = response.code.mechanisms
        return True

    def finish(self, completion: Tagged) -> tuple[str, ...]:
        return completion.code.mechanisms if isinstance(completion.code, UrlMechanisms) else self._mechanisms


@dataclass(frozen=True, slots=True)
class ResetKey(Command[tuple[str, ...]]):
    """RESETKEY: make every URL that was authorised for this mailbox worthless (without one: for all mailboxes).

    The result names the mechanisms that the server offers for the mailbox, where it tells them.
    """

    mailbox: str | None = None
    mechanisms: tuple[str, ...] = ()

    name = "RESETKEY"
    requires = ("URLAUTH",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """RESETKEY [mailbox [mechanism...]]."""
        out.word("RESETKEY")
        if self.mailbox is None and self.mechanisms:
            raise InvalidArgument("mechanisms are reset for one mailbox: name it")
        if self.mailbox is not None:
            out.mailbox(self.mailbox)
        for mechanism in self.mechanisms:
            out.atom(_checked_mechanism(mechanism))

    def collector(self) -> Collector[tuple[str, ...]]:
        """The mechanisms."""
        return _ResetCollector()


class _FetchCollector(Collector[tuple[UrlContent, ...]]):
    def __init__(self) -> None:
        self._contents: tuple[UrlContent, ...] = ()

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, UrlFetched):
            return False
        self._contents += response.contents
        return True

    def finish(self, completion: Tagged) -> tuple[UrlContent, ...]:
        return self._contents

    def partial(self) -> object:
        return self._contents or None


@dataclass(frozen=True, slots=True)
class UrlFetch(Command[tuple[UrlContent, ...]]):
    """URLFETCH: what authorised URLs lead to; one that is refused has no data.

    `decode` asks for parts without their Content-Transfer-Encoding, `structure` for their type as well, or alone
    where `data` is off (URLAUTH=BINARY).
    """

    urls: tuple[str, ...] = field(repr=False)
    decode: bool = False
    structure: bool = False
    data: bool = True

    name = "URLFETCH"
    requires = ("URLAUTH",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """URLFETCH (url / "(" url [BODYPARTSTRUCTURE] [BODY / BINARY] ")")..."""
        if not self.urls:
            raise InvalidArgument("no URL to fetch")
        if not self.data and (self.decode or not self.structure):
            raise InvalidArgument("without data there is nothing to decode, and only the structure to ask for")
        out.word("URLFETCH")
        for url in self.urls:
            if not (self.decode or self.structure):
                out.string(url)
                continue
            out.open().string(url)
            if self.structure:
                out.word("BODYPARTSTRUCTURE")
            if self.data:
                out.word("BINARY" if self.decode else "BODY")
            out.close()

    def collector(self) -> Collector[tuple[UrlContent, ...]]:
        """The contents, in the order of the URLs."""
        return _FetchCollector()

    def answers(self) -> frozenset[object]:
        """URLFETCH."""
        return frozenset({"URLFETCH"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """URLAUTH; URLAUTH=BINARY and URL-PARTIAL, where they are used."""
        needed = ["URLAUTH"]
        if self.decode or self.structure:
            needed.append("URLAUTH=BINARY")
        if any(map(is_partial, self.urls)):
            needed.append("URL-PARTIAL")
        return next((name for name in needed if not supports(name)), None)


EXTENSIONS = (
    Extension(
        name="URLAUTH",
        rfc="RFC 4467",
        capabilities=("URLAUTH",),
        commands=(GenUrlAuth, ResetKey, UrlFetch),
        responses={"GENURLAUTH": _generated, "URLFETCH": _fetched},
        codes={"URLMECH": _url_mechanisms},
    ),
    Extension(name="URLAUTH=BINARY", rfc="RFC 5524", capabilities=("URLAUTH=BINARY",)),
)
