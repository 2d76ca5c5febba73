from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.fetch import body_section
from imapkit.protocol.item_data import ItemData
from imapkit.protocol.wire.cursor import Cursor
from imapkit.protocol.wire.encoder import Dialect, Encoder
from imapkit.types.sections import Section, SectionText


@pytest.mark.parametrize(
    ("section", "text"),
    [
        (Section(), ""),
        (Section("1"), "1"),
        (Section("1.2.10"), "1.2.10"),
        (Section(text="HEADER"), "HEADER"),
        (Section(text="TEXT"), "TEXT"),
        (Section("1.2", "HEADER"), "1.2.HEADER"),
        (Section("1", "TEXT"), "1.TEXT"),
        (Section("1", "MIME"), "1.MIME"),
        (Section(text="HEADER.FIELDS", fields=("From", "X-y")), "HEADER.FIELDS (FROM X-Y)"),
        (Section("3", "HEADER.FIELDS.NOT", ("To",)), "3.HEADER.FIELDS.NOT (TO)"),
    ],
)
def test_what_is_written(section: Section, text: str) -> None:
    assert str(section) == text
    assert pickle.loads(pickle.dumps(section)) == section
    assert hash(pickle.loads(pickle.dumps(section))) == hash(section)


@pytest.mark.parametrize(
    "part", ["0", "01", "1.0", "1.", ".1", "1..2", "a", "1 2", "1\n", "1.MIME", "12345678901", "\u0661", "1.\u0662"]
)
def test_no_part(part: str) -> None:
    with pytest.raises(InvalidArgument, match="no part"):
        Section(part)


@pytest.mark.parametrize("text", ["header", "MIME.", "HEADER.FIELDSX", "TEXT]\r\nX", "\0"])
def test_nothing_of_a_part(text: SectionText) -> None:
    with pytest.raises(InvalidArgument, match=r"nothing of a part: HEADER, HEADER\.FIELDS, "):
        Section("1", text)


def test_a_message_has_no_mime_header_of_its_own() -> None:
    with pytest.raises(InvalidArgument, match="MIME belongs to a part"):
        Section(text="MIME")


@pytest.mark.parametrize(("text", "fields"), [("HEADER.FIELDS", ()), ("HEADER", ("From",)), ("", ("From",))])
def test_fields_go_with_header_fields(text: SectionText, fields: tuple[str, ...]) -> None:
    with pytest.raises(InvalidArgument, match=r"HEADER\.FIELDS needs some"):
        Section(text=text, fields=fields)


@pytest.mark.parametrize(
    "name", ["", "a b", "a:", "é", "a\r\n", "a(", "a)", "a{1}", "a]", "a[", '"a"', "a\\", "a%", "\0"]
)
def test_no_field(name: str) -> None:
    with pytest.raises(InvalidArgument, match="no name of a header field"):
        Section(text="HEADER.FIELDS", fields=("From", name))


FIELD_NAMES = st.text(st.sampled_from([chr(c) for c in range(33, 127) if chr(c) not in '"%()*:[\\]{']), min_size=1)


@given(st.lists(FIELD_NAMES, min_size=1, max_size=3), st.sampled_from(["", "1", "2.3"]))
def test_any_section_can_be_asked_for_and_is_found_in_the_answer(fields: list[str], part: str) -> None:
    item = body_section(Section(part, "HEADER.FIELDS", tuple(fields)))
    (segment,) = Encoder(Dialect()).word(item.asked_as).finish()
    assert isinstance(segment.data, bytes)
    echoed = segment.data.replace(b".PEEK", b"").swapcase()
    quoted = echoed[: echoed.index(b"(")] + b"(%b)]" % b" ".join(b'"%b"' % name.encode() for name in fields)
    for name in (echoed, quoted):
        assert ItemData.at(Cursor(b"(" + name + b' "x")')).get(item) == b"x"
