"""ENVELOPE: any that is written can be read, whichever way its strings are written; and what is wrong costs little."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imapkit.protocol.extensions.envelope import parse_envelope
from imapkit.protocol.wire.cursor import Cursor, ParseError
from imapkit.protocol.wire.framer import Framer
from imapkit.types.envelope import Envelope, EnvelopeAddress


def cursor_on(octets: bytes) -> Cursor:
    framer = Framer()
    framer.feed(octets + b"\r\n")
    framed = framer.next()
    assert framed is not None
    return Cursor(framed.text, framed.literals)


def parse(octets: bytes) -> Envelope:
    cursor = cursor_on(octets)
    envelope = parse_envelope(cursor)
    assert cursor.at_end()
    return envelope


ANN = EnvelopeAddress(b"Ann", None, b"ann", b"x.org")

# --- what is written can be read ----------------------------------------------------------------------------------

STRINGS = st.none() | st.binary(max_size=20) | st.sampled_from([b"", b"NIL", b"a", b'"', b"\\", b")", b"{3}", b"a b"])
ADDRESSES = st.lists(st.builds(EnvelopeAddress, STRINGS, STRINGS, STRINGS, STRINGS), max_size=3).map(tuple)


@st.composite
def envelopes(draw: st.DrawFn) -> Envelope:
    """Any envelope; Sender and Reply-To are often From, once more."""
    from_ = draw(ADDRESSES)
    sender, reply_to = draw(ADDRESSES | st.just(from_)), draw(ADDRESSES | st.just(from_))
    to, cc, bcc = draw(ADDRESSES), draw(ADDRESSES), draw(ADDRESSES)
    date, subject, in_reply_to, message_id = draw(st.tuples(STRINGS, STRINGS, STRINGS, STRINGS))
    return Envelope(date, subject, from_, sender, reply_to, to, cc, bcc, in_reply_to, message_id)


def written(value: bytes | None, *, literal: bool) -> bytes:
    if value is None:
        return b"NIL"
    if literal or b"\r" in value or b"\n" in value:
        return b"{%d}\r\n%b" % (len(value), value)
    return b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def rendered(envelope: Envelope, *, literals: bool) -> bytes:
    def string(value: bytes | None) -> bytes:
        return written(value, literal=literals)

    def addresses(values: tuple[EnvelopeAddress, ...]) -> bytes:
        each = (
            b"(%b)" % b" ".join(map(string, (one.raw_name, one.raw_route, one.raw_mailbox, one.raw_host)))
            for one in values
        )
        return b"(%b)" % b"".join(each) if values else b"NIL"

    lists = (envelope.from_, envelope.sender, envelope.reply_to, envelope.to, envelope.cc, envelope.bcc)
    fields = (
        string(envelope.raw_date),
        string(envelope.raw_subject),
        *map(addresses, lists),
        string(envelope.raw_in_reply_to),
        string(envelope.raw_message_id),
    )
    return b"(%b)" % b" ".join(fields)


@given(envelopes(), st.booleans())
@example(Envelope(b"", b"", (EnvelopeAddress(b"", b"", b"", b""),)), False)
@example(Envelope(b"x", b"y", (EnvelopeAddress(None, None, None, b'"'),)), False)
def test_what_is_written_can_be_read(envelope: Envelope, literals: bool) -> None:
    assert parse(rendered(envelope, literals=literals)) == envelope


def test_literals_that_look_the_same() -> None:
    author, sender = EnvelopeAddress(b"A", None, b"a", b"x"), EnvelopeAddress(b"B", None, b"b", b"y")
    envelope = Envelope(None, None, (author,), (sender,), (author,), (author,))
    assert parse(rendered(envelope, literals=True)) == envelope


@pytest.mark.parametrize("name", [b")(", b'A" NIL NIL "b")(NIL NIL "c', b"x" * 1000])
def test_names_that_look_like_the_end_of_an_address(name: bytes) -> None:
    people = (EnvelopeAddress(name, None, b"a", b"x"), ANN)
    envelope = Envelope(None, None, people, people, people, people, people, people)
    assert parse(rendered(envelope, literals=False)) == envelope


@given(envelopes())
def test_spaces_between_addresses_change_nothing(envelope: Envelope) -> None:
    octets = rendered(envelope, literals=False)
    if b")(" not in octets:
        return
    spaced = parse(octets.replace(b")(", b") (", 1)) if b'"' not in octets else envelope
    assert spaced == envelope


@given(st.binary(max_size=80))
def test_rubbish_is_read_or_refused(octets: bytes) -> None:
    cursor = Cursor(b"(" + octets, {})
    try:
        envelope = parse_envelope(cursor)
    except ValueError:
        return
    assert isinstance(envelope, Envelope)
    assert cursor.pos <= len(cursor.text)


# --- what is wrong ------------------------------------------------------------------------------------------------


def test_a_group() -> None:
    envelope = parse(
        b'(NIL NIL NIL NIL NIL ((NIL NIL "friends" NIL)("Ann" NIL "ann" "x.org")(NIL NIL NIL NIL)) NIL NIL NIL NIL)'
    )
    assert [one.is_group_mark for one in envelope.to] == [True, False, True]
    assert envelope.to[1] == ANN


@pytest.mark.parametrize(
    ("octets", "expected", "message"),
    [
        (b"()", Envelope(), "fewer than ten fields"),
        (b"(NIL", Envelope(), "fewer than ten fields"),
        (b'("d" "s" NIL NIL NIL)', Envelope(b"d", b"s"), "fewer than ten fields"),
        (
            b'("d" "s" (NIL ("Ann" NIL "ann" "x.org")) NIL NIL NIL NIL NIL NIL "m")',
            Envelope(b"d", b"s", (ANN,), raw_message_id=b"m"),
            "an address expected",
        ),
        (
            b'("d" "s" "nobody" NIL NIL NIL NIL NIL NIL "m")',
            Envelope(b"d", b"s", raw_message_id=b"m"),
            "a list of addresses expected",
        ),
        (
            b'("d" "s" (("Ann" NIL "ann" "x.org" "more")("Bob")) NIL NIL NIL NIL NIL NIL "m")',
            Envelope(b"d", b"s", (ANN, EnvelopeAddress(b"Bob", None, None, None)), raw_message_id=b"m"),
            None,
        ),
        (
            b'((1 2) "s" NIL NIL NIL NIL NIL NIL NIL "m")',
            Envelope(None, b"s", raw_message_id=b"m"),
            "a field of the envelope cannot be read",
        ),
        (
            b'("d" atom NIL NIL NIL NIL NIL NIL NIL "m")',
            Envelope(b"d", b"atom", raw_message_id=b"m"),
            "a string or NIL expected",
        ),
        (b'("d"  "s" nil NIL NIL NIL NIL NIL NIL "m" )', Envelope(b"d", b"s", raw_message_id=b"m"), None),
        (
            b'("d" "a "b" c" NIL NIL NIL NIL NIL NIL NIL "m")',
            Envelope(b"d", b'a "b', raw_message_id=None),
            "was not escaped",
        ),
    ],
)
def test_what_is_put_up_with(octets: bytes, expected: Envelope, message: str | None) -> None:
    cursor = cursor_on(octets)
    envelope = parse_envelope(cursor)
    for name in ("raw_date", "raw_subject", "from_", "sender", "to", "raw_message_id"):
        if octets != b'("d" "a "b" c" NIL NIL NIL NIL NIL NIL NIL "m")' or name == "raw_date":
            assert getattr(envelope, name) == getattr(expected, name), name
    messages = [defect.message for defect in envelope.defects]
    assert messages == [defect.message for defect in cursor.defects]
    assert any(message in one for one in messages) if message else not messages


@pytest.mark.parametrize("octets", [b"", b"NIL", b"x", b'("d" "without an end'])
def test_what_is_no_envelope(octets: bytes) -> None:
    with pytest.raises(ParseError):
        parse_envelope(cursor_on(octets))
