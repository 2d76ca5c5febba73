"""BODYSTRUCTURE: any tree that is written can be read; a server's mistakes cost the value they are in."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.protocol.extensions.bodystructure import parse_bodystructure
from imapkit.protocol.wire.cursor import Cursor, ParseError
from imapkit.types.bodystructure import BodyStructure, Disposition, Multipart, Part
from imapkit.types.envelope import Envelope
from tests.protocol.extensions.test_envelope import cursor_on, rendered, written


def parse(octets: bytes) -> BodyStructure:
    cursor = cursor_on(octets)
    structure = parse_bodystructure(cursor)
    assert cursor.at_end()
    return structure


# --- what is written can be read ----------------------------------------------------------------------------------

TEXTS = st.none() | st.text(st.characters(codec="utf-8"), max_size=8)
OCTETS = st.none() | st.binary(max_size=8)
TOKENS = st.from_regex(r"[a-z][a-z0-9+.-]{0,7}", fullmatch=True)
PARAMETERS = st.lists(st.tuples(st.binary(max_size=5), OCTETS), max_size=2).map(tuple)
DISPOSITIONS = st.none() | st.builds(Disposition, TOKENS, PARAMETERS)
LANGUAGES = st.lists(st.text("abc-", min_size=1, max_size=4), max_size=2).map(tuple)
NUMBERS = st.integers(0, 2**63 - 1)

LEAVES = st.builds(
    Part,
    section=st.just(""),
    type=TOKENS.filter(lambda kind: kind not in {"message", "multipart", "text"}),
    subtype=TOKENS,
    raw_parameters=PARAMETERS,
    disposition=DISPOSITIONS,
    languages=LANGUAGES,
    location=TEXTS,
    encoding=TOKENS,
    size=NUMBERS,
    raw_id=OCTETS,
    raw_description=OCTETS,
    md5=TEXTS,
)
LINES = st.builds(lambda part, lines: replace(part, type="text", lines=lines), LEAVES, NUMBERS)


def composed(children: st.SearchStrategy[BodyStructure]) -> st.SearchStrategy[BodyStructure]:
    multiparts = st.builds(
        Multipart,
        section=st.just(""),
        type=st.just("multipart"),
        subtype=TOKENS,
        raw_parameters=PARAMETERS,
        disposition=DISPOSITIONS,
        languages=LANGUAGES,
        location=TEXTS,
        parts=st.lists(children, min_size=1, max_size=3).map(tuple),
    )
    messages = st.builds(
        lambda part, lines, inner: replace(
            part, type="message", subtype="rfc822", lines=lines, envelope=Envelope(b"d", b"s"), message=inner
        ),
        LEAVES,
        NUMBERS,
        children,
    )
    return multiparts | messages


TREES: st.SearchStrategy[BodyStructure] = st.recursive(LEAVES | LINES, composed, max_leaves=6)


def numbered(structure: BodyStructure, section: str = "", leaf: str = "1") -> BodyStructure:
    """The same tree with its sections (RFC 9051, 6.4.5.1)."""
    if isinstance(structure, Multipart):
        names = [f"{section}.{n}" if section else str(n) for n in range(1, len(structure.parts) + 1)]
        parts = tuple(numbered(part, name, name) for part, name in zip(structure.parts, names, strict=True))
        return replace(structure, section=section, parts=parts)
    inner = structure.message
    return replace(
        structure,
        section=leaf,
        message=None if inner is None else numbered(inner, leaf, f"{leaf}.1"),
    )


def text(value: str | None) -> bytes:
    return written(None if value is None else value.encode(), literal=False)


def string(value: bytes | None) -> bytes:
    return written(value, literal=value is not None and b"\0" in value)


def parameters(values: tuple[tuple[bytes, bytes | None], ...]) -> bytes:
    return b"(%b)" % b" ".join(string(name) + b" " + string(value) for name, value in values) if values else b"NIL"


def rest(structure: BodyStructure) -> bytes:
    disposition = structure.disposition
    languages = [text(language) for language in structure.languages]
    return b" ".join(
        [
            b"NIL"
            if disposition is None
            else b"(%b %b)" % (text(disposition.kind), parameters(disposition.raw_parameters)),
            b"(%b)" % b" ".join(languages) if len(languages) > 1 else languages[0] if languages else b"NIL",
            text(structure.location),
        ]
    )


def write(structure: BodyStructure) -> bytes:
    if isinstance(structure, Multipart):
        parts = b"".join(map(write, structure.parts))
        return b"(%b %b %b %b)" % (
            parts,
            text(structure.subtype),
            parameters(structure.raw_parameters),
            rest(structure),
        )
    fields = [
        text(structure.type),
        text(structure.subtype),
        parameters(structure.raw_parameters),
        string(structure.raw_id),
        string(structure.raw_description),
        text(structure.encoding),
        b"%d" % (structure.size or 0),
    ]
    if structure.message is not None and structure.envelope is not None:
        fields += [rendered(structure.envelope, literals=False), write(structure.message)]
    if structure.lines is not None:
        fields.append(b"%d" % structure.lines)
    return b"(%b %b %b)" % (b" ".join(fields), text(structure.md5), rest(structure))


@given(TREES)
def test_what_is_written_can_be_read(tree: BodyStructure) -> None:
    expected = numbered(tree)
    assert parse(write(tree)) == expected


@given(TREES, st.data())
def test_a_cut_anywhere_is_read_or_refused(tree: BodyStructure, data: st.DataObject) -> None:
    octets = write(tree)
    framed = cursor_on(octets)
    cut = data.draw(st.integers(0, len(framed.text)))
    with contextlib.suppress(ValueError):
        parse_bodystructure(Cursor(framed.text[:cut], framed.literals))


@given(st.text('()" NILtextabc0123{}\r\n\\-', max_size=80))
def test_rubbish_is_read_or_refused(octets: str) -> None:
    try:
        structure = parse_bodystructure(Cursor(b"(" + octets.encode(), {}))
    except ValueError:
        return
    assert isinstance(structure, Part | Multipart)


# --- what is wrong ------------------------------------------------------------------------------------------------

TEXT = b'"text" "plain" NIL NIL NIL "7bit" 5'


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        # RFC 9051, 7.5.2, example
        (
            b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 2279 48)',
            Part("1", "text", "plain", ((b"CHARSET", b"US-ASCII"),), encoding="7bit", size=2279, lines=48),
        ),
        (b"(" + TEXT + b")", Part("1", "text", "plain", size=5)),
        (b'("text" "plain")', Part("1", "text", "plain")),
        (b'("x-zip" NIL NIL NIL "7bit" 5)', Part("1", "application", "x-zip", size=5)),
        (b'("two words" "plain" NIL NIL NIL "8 bit" 5 1)', Part("1", "application", "plain", size=5, md5="1")),
        (b"(" + TEXT + b' 1 NIL NIL NIL NIL 7 ("more") NIL)', Part("1", "text", "plain", size=5, lines=1)),
        (b'("a" "b" NIL NIL NIL NIL NIL)', Part("1", "a", "b")),
        (b'("a" "b" ("name"))', Part("1", "a", "b")),
        (b'("a" "b" (NIL "x"))', Part("1", "a", "b", ((b"", b"x"),))),
        (
            b'("a" "b" NIL NIL NIL "7bit" 1 NIL "inline")',
            Part("1", "a", "b", disposition=Disposition("inline"), size=1),
        ),
        (
            b'("a" "b" NIL NIL NIL "7bit" 1 NIL ("inline"))',
            Part("1", "a", "b", disposition=Disposition("inline"), size=1),
        ),
        (b'("a" "b" NIL NIL NIL "7bit" 1 NIL ())', Part("1", "a", "b", size=1)),
        (
            b'("a" "b" NIL NIL NIL "7bit" 1 NIL ("x y" ("filename" "f") 7))',
            Part("1", "a", "b", disposition=Disposition("attachment", ((b"filename", b"f"),)), size=1),
        ),
        (  # pymap 0.36
            b'("a" "b" NIL NIL NIL "7bit" 1 NIL "attachment; filename=\\"f g\\"" NIL NIL)',
            Part("1", "a", "b", disposition=Disposition("attachment", ((b"filename", b"f g"),)), size=1),
        ),
        (  # Twisted 26.10
            b"""("a" "b" NIL NIL NIL "7bit" 1 NIL ({37}\r\nattachment;\r\n filename*0*=utf-8''%c3 NIL) NIL NIL)""",
            Part("1", "a", "b", disposition=Disposition("attachment", ((b"filename*0*", b"utf-8''%c3"),)), size=1),
        ),
        (b"(NIL NIL NIL NIL NIL NIL 172 NIL NIL NIL NIL)", Part("1", "text", "plain", size=172)),  # Twisted 26.10
        # lines and MD5, where one of them is missing
        (
            b"(" + TEXT + b' NIL NIL ("inline" NIL))',
            Part("1", "text", "plain", disposition=Disposition("inline"), size=5),
        ),
        (b"(" + TEXT + b' NIL ("inline" NIL))', Part("1", "text", "plain", disposition=Disposition("inline"), size=5)),
        (b"(" + TEXT + b' "md5" NIL)', Part("1", "text", "plain", size=5, md5="md5")),
        (b"(" + TEXT + b" NIL)", Part("1", "text", "plain", size=5)),
        (b"(" + TEXT + b" \xb9 NIL)", Part("1", "text", "plain", size=5, md5="\ufffd")),  # a digit elsewhere
        (b"(" + TEXT + b' ("inline" NIL))', Part("1", "text", "plain", disposition=Disposition("inline"), size=5)),
        # multiparts
        (b"((" + TEXT + b"))", Multipart("", "multipart", "mixed", parts=(Part("1", "text", "plain", size=5),))),
        (
            b"((" + TEXT + b') "x y")',
            Multipart("", "multipart", "mixed", parts=(Part("1", "text", "plain", size=5),)),
        ),
        (
            b"((" + TEXT + b') "mixed" "boundary")',
            Multipart("", "multipart", "mixed", parts=(Part("1", "text", "plain", size=5),)),
        ),
        (
            b'("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL)',
            Multipart("", "multipart", "alternative", ((b"BOUNDARY", b"x"),)),
        ),
        (b'(NIL "related")', Multipart("", "multipart", "related")),
        # messages
        (
            b'("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))',
            Part("1", "message", "rfc822", size=9, envelope=Envelope()),
        ),
        (
            b'("message" "global" NIL NIL NIL "7bit" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) (' + TEXT + b" 1) 3)",
            Part(
                *("1", "message", "global"),
                size=9,
                lines=3,
                envelope=Envelope(),
                message=Part("1.1", "text", "plain", size=5, lines=1),
            ),
        ),
    ],
)
def test_what_is_put_up_with(octets: bytes, expected: BodyStructure) -> None:
    structure = parse(octets)
    bare = replace(structure, defects=())
    if isinstance(bare, Multipart):
        bare = replace(bare, parts=tuple(replace(part, defects=()) for part in bare.parts))
    assert bare == expected


def test_spaces_around_parts() -> None:
    assert parse(b"( (" + TEXT + b" 1)  (" + TEXT + b' 1) "mixed")') == parse(
        b"((" + TEXT + b" 1)(" + TEXT + b' 1) "mixed")'
    )


@pytest.mark.parametrize("octets", [b"(" + TEXT + b" 1)", b"((" + TEXT + b' 1) "mixed")', b"(" + TEXT + b")"])
def test_it_ends_where_the_value_does(octets: bytes) -> None:
    cursor = cursor_on(octets + b"  FLAGS")
    parse_bodystructure(cursor)
    assert cursor.rest() == b"  FLAGS"


def test_messages_in_messages_are_bounded() -> None:
    message = b'("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) '
    with pytest.raises(ParseError, match="at most 100 levels"):
        parse(message * 101 + b"(" + TEXT + b" 1)" + b" 3)" * 101)


def test_nil_in_any_case() -> None:
    assert parse(b'("text" "plain" nil nil nil "7bit" 5 1 nil nil nil nil)') == parse(
        b'("text" "plain" NIL NIL NIL "7bit" 5 1 NIL NIL NIL NIL)'
    )


def test_defects_are_those_of_the_part() -> None:
    structure = parse(b"((" + TEXT + b')("image" "png" NIL NIL NIL "base64" -1) "mixed")')
    assert isinstance(structure, Multipart)
    first, second = structure.parts
    assert [defect.message for defect in first.defects] == []
    assert [defect.message for defect in second.defects] == ["a number expected"]
    assert [defect.message for defect in structure.defects] == ["a number expected"]


def test_a_string_before_it() -> None:
    cursor = cursor_on(b'"" (' + TEXT + b" 1)")
    assert parse_bodystructure(cursor) == Part("1", "text", "plain", size=5, lines=1)
    assert [defect.message for defect in cursor.defects] == ["a string before the structure"]


@pytest.mark.parametrize("octets", [b"", b"NIL", b"x", b"(", b"((", b"()", b'("text" "plain"', b"(" + TEXT + b' 1 "x'])
def test_what_is_no_structure(octets: bytes) -> None:
    with pytest.raises(ParseError):
        parse_bodystructure(cursor_on(octets))


@pytest.mark.parametrize("depth", [99, 101, 5000])
def test_depth(depth: int) -> None:
    octets = b"(" * depth + b"(" + TEXT + b" 1)" + b' "mixed")' * depth
    if depth > 100:
        with pytest.raises(ParseError, match="at most 100 levels"):
            parse(octets)
    else:
        structure = parse(octets)
        assert isinstance(structure, Multipart)
