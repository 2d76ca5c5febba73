"""FETCH (RFC 9051, 6.4.5), with CHANGEDSINCE (RFC 7162), BINARY (RFC 3516), PREVIEW, SAVEDATE and OBJECTID."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imapkit.mime import transfer
from imapkit.protocol.model import SELECTED
from imapkit.testing import render
from imapkit.testing.features import Completion, Feature, FetchItem, Handler, ItemParser, Request
from imapkit.testing.message import sections, text
from imapkit.testing.message.bodystructure import body_structure
from imapkit.testing.message.envelope import envelope
from imapkit.testing.refusal import Refused
from imapkit.testing.updates import fetch_answer, modseq_items
from imapkit.types.sections import Section, SectionText

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage

__all__ = ["FEATURE"]

_MACROS: Final[Mapping[str, tuple[str, ...]]] = {
    "FAST": ("FLAGS", "INTERNALDATE", "RFC822.SIZE"),
    "ALL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"),
    "FULL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"),
}
_NAME = re.compile(rb"[A-Za-z0-9.-]+")
# section = "[" [section-spec] "]"; section-spec = section-msgtext / (section-part ["." section-text])
_SECTION = re.compile(
    rb"\[(?P<part>[1-9]\d{0,9}(?:\.[1-9]\d{0,9})*)?\.?(?P<text>HEADER\.FIELDS\.NOT|HEADER\.FIELDS|HEADER|TEXT|MIME)?",
    re.IGNORECASE,
)
_BINARY_SECTION = re.compile(rb"\[([1-9]\d{0,9}(?:\.[1-9]\d{0,9})*)?\]")
_PARTIAL = re.compile(rb"<(\d{1,19})\.([1-9]\d{0,18})>")
_ENCODINGS: Final = frozenset({b"7bit", b"8bit", b"binary", b"base64", b"quoted-printable"})


# fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")
#         [SP "(" fetch-modifier *(SP fetch-modifier) ")"]  (RFC 4466)
def _fetch(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    numbers = arguments.atom()
    arguments.sp()
    items = _items(session, arguments)
    since = _changed_since(session, arguments)
    request.end()
    if since is not None and not any(item.label == b"MODSEQ" for item in items):
        items.append(_MODSEQ)
    view = session.view
    chosen = view.resolve(numbers, uid=request.uid)
    gone = False
    for message in chosen:
        if since is None or message.modseq > since:
            _answer(session, message, items, uid=request.uid)
            gone = gone or view.is_gone(message)
    return Completion(code="EXPUNGEISSUED" if gone else None)


def _answer(session: ServerSession, message: StoredMessage, items: list[FetchItem], *, uid: bool) -> None:
    view = session.view
    may_mark = not view.read_only and "s" in view.rights
    seen = may_mark and "\\Seen" not in message.flags and any(item.marks_seen for item in items)
    if seen:
        view.mailbox.store([message], [message.flags | {"\\Seen"}])
    values = [item.label + b" " + item.value(session, message) for item in items]
    labels = {item.label for item in items}
    if seen and b"FLAGS" not in labels:
        # "If this causes the flags to change, they SHOULD be included" (RFC 9051, 6.4.5).
        values += [b"FLAGS " + _flags(session, message), *modseq_items(session, message)]
    if seen or b"FLAGS" in labels:
        view.told(message)
    fetch_answer(session, message, values, uid=uid and b"UID" not in labels)


def _items(session: ServerSession, arguments: Cursor) -> list[FetchItem]:
    if arguments.peek() == ord("("):
        items = arguments.list_of(lambda: _item(session, arguments))
        if not items:
            raise arguments.error("an item to fetch")
        return items
    found = _NAME.match(arguments.text, arguments.pos)
    macro = _MACROS.get(found[0].decode("ascii").upper()) if found else None
    if found is None or macro is None:
        return [_item(session, arguments)]
    arguments.pos = found.end()
    return [session.site.table.fetch_items[name].parse(session, arguments) for name in macro]


def _item(session: ServerSession, arguments: Cursor) -> FetchItem:
    found = _NAME.match(arguments.text, arguments.pos)
    if found is None:
        raise arguments.error("an item to fetch")
    name = found[0].decode("ascii").upper()
    parser = session.site.table.fetch_items.get(name)
    if parser is None or (parser.requires and not session.supports(*parser.requires)):
        raise Refused(f"Unknown item {name}", status="BAD")
    arguments.pos = found.end()
    return parser.parse(session, arguments)


def _changed_since(session: ServerSession, arguments: Cursor) -> int | None:
    if not arguments.spaces():
        return None
    since: int | None = None
    for _ in arguments.items():
        if arguments.keyword() != "CHANGEDSINCE" or not session.supports("CONDSTORE"):
            raise Refused("Unknown modifier of FETCH", status="BAD")
        arguments.sp()
        since = arguments.number64()
        session.condstore = True
    return since


# --- items that take nothing ------------------------------------------------------------------------------------


def _flags(session: ServerSession, message: StoredMessage) -> bytes:
    return render.flags(session.view.flags(message, recent=not session.rev2))


def _envelope(session: ServerSession, message: StoredMessage) -> bytes:
    return envelope(message.content.structure, utf8=session.utf8)


def _body_structure(session: ServerSession, message: StoredMessage) -> bytes:
    return body_structure(message.content.structure, extended=True, utf8=session.utf8)


def _body(session: ServerSession, message: StoredMessage) -> bytes:
    return body_structure(message.content.structure, extended=False, utf8=session.utf8)


def _plain(
    name: str, value: Callable[[ServerSession, StoredMessage], bytes], *requires: str, marks_seen: bool = False
) -> tuple[str, ItemParser]:
    item = FetchItem(name.encode("ascii"), value, marks_seen)
    return name, ItemParser(lambda _session, _arguments: item, requires)


# --- items that take something ----------------------------------------------------------------------------------

_MODSEQ = FetchItem(b"MODSEQ", lambda _session, message: b"(%d)" % message.modseq)


def _parse_modseq(session: ServerSession, _arguments: Cursor) -> FetchItem:
    session.condstore = True  # RFC 7162, 3.1
    return _MODSEQ


def _parse_body(session: ServerSession, arguments: Cursor) -> FetchItem:
    if arguments.peek() != ord("["):
        return FetchItem(b"BODY", _body)
    return _section_item(arguments, peek=False)


def _parse_body_peek(_session: ServerSession, arguments: Cursor) -> FetchItem:
    return _section_item(arguments, peek=True)


def _section_item(arguments: Cursor, *, peek: bool) -> FetchItem:
    section = _section(arguments)
    label, cut = _partial(arguments, b"BODY[%s]" % str(section).encode("ascii"))

    def value(_session: ServerSession, message: StoredMessage) -> bytes:
        octets = sections.extract(message.content.structure, section)
        return b"NIL" if octets is None else render.literal(octets[cut])

    return FetchItem(label, value, not peek)


def _section(arguments: Cursor) -> Section:
    found = _SECTION.match(arguments.text, arguments.pos)
    if found is None:
        raise arguments.error("a section")
    arguments.pos = found.end()
    part = (found["part"] or b"").decode("ascii")
    spec = _SPECS[(found["text"] or b"").decode("ascii").upper()]
    fields: tuple[str, ...] = ()
    if spec.startswith("HEADER.FIELDS"):
        arguments.sp()
        fields = tuple(arguments.list_of(lambda: arguments.astring().decode("latin-1")))
    arguments.expect(b"]")
    section = Section(part, spec, fields)
    # What was matched loosely ("[1.]", "[.TEXT]") has to be what it was taken for.
    written = str(Section(part, spec)) if not fields else ".".join(filter(None, (part, spec)))
    if found[0][1:].decode("ascii").upper() != written:
        raise arguments.error("a section")
    return section


_SPECS: Final[dict[str, SectionText]] = {
    "": "",
    "HEADER": "HEADER",
    "TEXT": "TEXT",
    "MIME": "MIME",
    "HEADER.FIELDS": "HEADER.FIELDS",
    "HEADER.FIELDS.NOT": "HEADER.FIELDS.NOT",
}


def _partial(arguments: Cursor, label: bytes) -> tuple[bytes, slice]:
    """Read ``<offset.length>``; the answer tells the offset only."""
    found = _PARTIAL.match(arguments.text, arguments.pos)
    if found is None:
        return label, slice(None)
    arguments.pos = found.end()
    offset = int(found[1])
    return label + b"<%d>" % offset, slice(offset, offset + int(found[2]))


def _parse_binary(arguments: Cursor, *, peek: bool) -> FetchItem:
    numbers = _binary_section(arguments)
    label, cut = _partial(arguments, b"BINARY[%s]" % numbers.encode("ascii"))

    def value(_session: ServerSession, message: StoredMessage) -> bytes:
        octets = _decoded(message, numbers)
        if octets is None:
            return b"NIL"
        return render.literal8(octets[cut]) if b"\0" in octets[cut] else render.literal(octets[cut])

    return FetchItem(label, value, not peek)


def _parse_binary_size(_session: ServerSession, arguments: Cursor) -> FetchItem:
    numbers = _binary_section(arguments)
    label = b"BINARY.SIZE[%s]" % numbers.encode("ascii")
    return FetchItem(label, lambda _session, message: b"%d" % len(_decoded(message, numbers) or b""))


def _binary_section(arguments: Cursor) -> str:
    found = _BINARY_SECTION.match(arguments.text, arguments.pos)
    if found is None:
        raise arguments.error("the number of a part")
    arguments.pos = found.end()
    return (found[1] or b"").decode("ascii")


def _decoded(message: StoredMessage, numbers: str) -> bytes | None:
    """The octets of a part without their transfer encoding (RFC 3516, 4.2)."""
    if not numbers:
        return message.raw
    part = sections.find(message.content.structure, numbers)
    if part is None:
        return None
    if part.encoding.lower() not in _ENCODINGS:
        raise Refused("Unknown transfer encoding", code="UNKNOWN-CTE")
    return transfer.decode(part.body, part.encoding.decode("ascii"))


def _parse_preview(_session: ServerSession, arguments: Cursor) -> FetchItem:
    if arguments.accept(b" (LAZY)"):  # it costs nothing here, so lazy and eager are the same (RFC 8970, 3.1)
        pass

    def value(session: ServerSession, message: StoredMessage) -> bytes:
        return render.string(text.preview(message.content.structure).encode("utf-8"), utf8=session.utf8)

    return FetchItem(b"PREVIEW", value)


FEATURE = Feature(
    capabilities=("BINARY", "PREVIEW", "SAVEDATE"),
    commands=(
        Handler("FETCH", _fetch, states=SELECTED, shifts=False),
        Handler("UID FETCH", _fetch, states=SELECTED),
    ),
    fetch_items=dict(
        [
            _plain("UID", lambda _session, message: b"%d" % message.uid),
            _plain("FLAGS", _flags),
            _plain("INTERNALDATE", lambda _session, message: render.date_time(message.received)),
            _plain("RFC822.SIZE", lambda _session, message: b"%d" % message.size),
            _plain("ENVELOPE", _envelope),
            _plain("BODYSTRUCTURE", _body_structure),
            _plain("SAVEDATE", lambda _session, message: render.date_time(message.saved), "SAVEDATE"),
            _plain("EMAILID", lambda _session, message: f"({message.content.email_id})".encode(), "OBJECTID"),
            _plain("THREADID", lambda _session, _message: b"NIL", "OBJECTID"),
            # RFC 9051, appendix E: the RFC822 items but for the size are gone from IMAP4rev2.
            _plain("RFC822", lambda _, message: render.literal(message.raw), "IMAP4REV1", marks_seen=True),
            _plain("RFC822.HEADER", lambda _, m: render.literal(m.content.structure.header), "IMAP4REV1"),
            _plain("RFC822.TEXT", lambda _, m: render.literal(m.content.structure.body), "IMAP4REV1", marks_seen=True),
            ("BODY", ItemParser(_parse_body)),
            ("BODY.PEEK", ItemParser(_parse_body_peek)),
            ("MODSEQ", ItemParser(_parse_modseq, ("CONDSTORE",))),
            ("BINARY", ItemParser(lambda _, cursor: _parse_binary(cursor, peek=False), ("BINARY", "IMAP4REV2"))),
            ("BINARY.PEEK", ItemParser(lambda _, cursor: _parse_binary(cursor, peek=True), ("BINARY", "IMAP4REV2"))),
            ("BINARY.SIZE", ItemParser(_parse_binary_size, ("BINARY", "IMAP4REV2"))),
            ("PREVIEW", ItemParser(_parse_preview, ("PREVIEW",))),
        ]
    ),
)
