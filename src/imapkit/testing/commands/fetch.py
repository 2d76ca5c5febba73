"""FETCH (RFC 9051, 6.4.5): the command, and the items of IMAP4rev1 and IMAP4rev2."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import SELECTED
from imapkit.testing import render
from imapkit.testing.commands import messagelimit
from imapkit.testing.features import (
    Completion,
    Feature,
    Fetching,
    FetchItem,
    Handler,
    ItemParser,
    Request,
    offered,
)
from imapkit.testing.message import sections
from imapkit.testing.message.bodystructure import body_structure
from imapkit.testing.message.envelope import envelope
from imapkit.testing.refusal import Refused
from imapkit.testing.searching import in_window
from imapkit.testing.updates import fetch_answer, modseq_items
from imapkit.types.sections import Section, SectionText

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage

__all__ = ["FEATURE", "plain_item", "read_items", "read_partial", "read_section"]

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
_PARTIAL = re.compile(rb"<(\d{1,19})\.([1-9]\d{0,18})>")


# fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")
#         [SP "(" fetch-modifier *(SP fetch-modifier) ")"]  (RFC 4466)
def _fetch(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    numbers = arguments.atom()
    arguments.sp()
    fetching = Fetching(request.uid, numbers, read_items(session, arguments))
    if arguments.spaces():
        _read_modifiers(session, arguments, fetching)
    request.end()
    view = session.view
    chosen = view.resolve(numbers, uid=request.uid)
    if fetching.window is not None:
        chosen = in_window(chosen, fetching.window)
        messagelimit.insist_on_window(session, chosen)
    wanted = messagelimit.cut(session, chosen)
    for act in fetching.first:
        act(session, fetching)
    gone = False
    for message in wanted.messages:
        if fetching.since is None or message.modseq > fetching.since:
            _answer(session, message, fetching)
            gone = gone or view.is_gone(message)
    return wanted.completion(session, code="EXPUNGEISSUED" if gone else None)


def _read_modifiers(session: ServerSession, arguments: Cursor, fetching: Fetching) -> None:
    for _ in arguments.items():
        name = arguments.keyword()
        modifier = offered(session, session.site.table.fetch_modifiers, name)
        if modifier is None:
            raise Refused(f"Unknown modifier {name} of FETCH", status="BAD")
        modifier.read(session, arguments, fetching)


def _answer(session: ServerSession, message: StoredMessage, fetching: Fetching) -> None:
    view = session.view
    items = fetching.items
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
    fetch_answer(session, message, values, uid=fetching.uid and b"UID" not in labels)


def read_items(session: ServerSession, arguments: Cursor) -> list[FetchItem]:
    """Read one item, a macro, or a list of items."""
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
    parser = offered(session, session.site.table.fetch_items, name)
    if parser is None:
        raise Refused(f"Unknown item {name}", status="BAD")
    arguments.pos = found.end()
    return parser.parse(session, arguments)


# --- items that take nothing ------------------------------------------------------------------------------------


def plain_item(
    name: str, value: Callable[[ServerSession, StoredMessage], bytes], *requires: str, marks_seen: bool = False
) -> tuple[str, ItemParser]:
    """A row of `Feature.fetch_items` for an item whose name says all."""
    item = FetchItem(name.encode("ascii"), value, marks_seen)
    return name, ItemParser(lambda _session, _arguments: item, requires)


def _flags(session: ServerSession, message: StoredMessage) -> bytes:
    return render.flags(session.view.flags(message, recent=not session.rev2))


def _envelope(session: ServerSession, message: StoredMessage) -> bytes:
    return envelope(message.content.structure, utf8=session.utf8)


def _body_structure(session: ServerSession, message: StoredMessage) -> bytes:
    return body_structure(message.content.structure, extended=True, utf8=session.utf8)


def _body(session: ServerSession, message: StoredMessage) -> bytes:
    return body_structure(message.content.structure, extended=False, utf8=session.utf8)


# --- items that take something ----------------------------------------------------------------------------------


def _parse_body(session: ServerSession, arguments: Cursor) -> FetchItem:
    if arguments.peek() != ord("["):
        return FetchItem(b"BODY", _body)
    return _section_item(arguments, peek=False)


def _parse_body_peek(_session: ServerSession, arguments: Cursor) -> FetchItem:
    return _section_item(arguments, peek=True)


def _section_item(arguments: Cursor, *, peek: bool) -> FetchItem:
    section = read_section(arguments)
    label, cut = read_partial(arguments, b"BODY[%s]" % str(section).encode("ascii"))

    def value(_session: ServerSession, message: StoredMessage) -> bytes:
        octets = sections.extract(message.content.structure, section)
        return b"NIL" if octets is None else render.literal(octets[cut])

    return FetchItem(label, value, not peek)


def read_section(arguments: Cursor) -> Section:
    """Read ``section``."""
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


def read_partial(arguments: Cursor, label: bytes) -> tuple[bytes, slice]:
    """Read ``<offset.length>``; the answer tells the offset only."""
    found = _PARTIAL.match(arguments.text, arguments.pos)
    if found is None:
        return label, slice(None)
    arguments.pos = found.end()
    offset = int(found[1])
    return label + b"<%d>" % offset, slice(offset, offset + int(found[2]))


FEATURE = Feature(
    commands=(
        Handler("FETCH", _fetch, states=SELECTED, shifts=False),
        Handler("UID FETCH", _fetch, states=SELECTED),
    ),
    fetch_items=dict(
        [
            plain_item("UID", lambda _session, message: b"%d" % message.uid),
            plain_item("FLAGS", _flags),
            plain_item("INTERNALDATE", lambda _session, message: render.date_time(message.received)),
            plain_item("RFC822.SIZE", lambda _session, message: b"%d" % message.size),
            plain_item("ENVELOPE", _envelope),
            plain_item("BODYSTRUCTURE", _body_structure),
            # RFC 9051, appendix E: the RFC822 items but for the size are gone from IMAP4rev2.
            plain_item("RFC822", lambda _, message: render.literal(message.raw), "IMAP4REV1", marks_seen=True),
            plain_item("RFC822.HEADER", lambda _, m: render.literal(m.content.structure.header), "IMAP4REV1"),
            plain_item(
                "RFC822.TEXT", lambda _, m: render.literal(m.content.structure.body), "IMAP4REV1", marks_seen=True
            ),
            ("BODY", ItemParser(_parse_body)),
            ("BODY.PEEK", ItemParser(_parse_body_peek)),
        ]
    ),
)
