"""CONVERT: the examples of RFC 5259."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError, InvalidArgument, NotSupported
from imapkit.protocol.extensions.convert import (
    Conversion,
    Conversions,
    Convert,
    Converted,
    ConvertError,
    available_conversions,
    converted,
    converted_header,
    converted_size,
    converted_structure,
)
from imapkit.protocol.extensions.select import NumberCode
from imapkit.protocol.model import Effect, Unknown
from imapkit.types.bodystructure import Part
from imapkit.types.uids import SeqSet, UidSet
from tests.protocol.extensions.talking import ask, completion, connect, read, untagged


@pytest.mark.parametrize(
    ("octets", "conversion"),
    [
        (b'* CONVERSION "image/gif" "image/jpeg" ("pix-y" "pix-x" "image-interleave")',
         Conversion("image/gif", "image/jpeg", ("pix-y", "pix-x", "image-interleave"))),
        (b'* CONVERSION "IMAGE/GIF" "image/png"', Conversion("image/gif", "image/png")),
    ],
)  # fmt: skip
def test_conversions(octets: bytes, conversion: Conversion) -> None:
    sent, found = ask(Conversions("image/gif"), octets, b"* 3 EXISTS", capabilities="CONVERT")
    assert sent == b'CONVERSIONS "image/gif" "*"'
    assert found == (conversion,)
    assert Conversions().answers() == {"CONVERSION"}


def test_convert() -> None:
    items = (converted("2"), converted_size("2"), converted("2", partial=(2000, 9)))
    sent, found = ask(
        Convert(UidSet("100"), items, "IMAGE/JPEG", (("PIX-X", "128"), ("PIX-Y", "96"))),
        b'* 2 CONVERTED (TAG "k2") (UID 100 BINARY[2] ~{3}\r\n\0\1\2 BINARY.SIZE[2] 3)',
        b'* 2 CONVERTED (TAG "K2") (UID 100 BINARY[2]<2000> "x")',
        b'* 3 CONVERTED (TAG "K2") (BINARY.SIZE[2] 3)',
        b'* 4 CONVERTED (TAG "other") (UID 7)',
        capabilities="CONVERT",
        selected=True,
    )
    assert sent == (
        b'UID CONVERT 100 ("IMAGE/JPEG" ("PIX-X" "128" "PIX-Y" "96")) (BINARY[2] BINARY.SIZE[2] BINARY[2]<2000.9>)'
    )
    assert list(found) == [100]
    assert [found[100].get(item) for item in items] == [b"\0\1\2", 3, b"x"]
    assert repr(found[100]).startswith("<Converted 2 UID")


def test_by_sequence_number() -> None:
    command = Convert(
        SeqSet("2"), (converted_header(), converted_header("1", mime=True)), None, (("CHARSET", "utf-8"),)
    )
    sent, found = ask(
        command,
        b'* 2 CONVERTED (TAG "K2") (BODY[HEADER] {3}\r\na\r\n BODY[1.MIME] NIL)',
        capabilities="CONVERT",
        selected=True,
    )
    assert sent == b'CONVERT 2 (NIL ("CHARSET" "utf-8")) (BODY[HEADER] BODY[1.MIME])'
    assert found[2].get(converted_header()) == b"a\r\n"
    assert command.disturbs() == Effect.USES_SEQUENCE_NUMBERS
    assert Convert(UidSet("1"), ()).disturbs() == Effect.MAY_EXPUNGE


def test_structure_and_types() -> None:
    data = untagged(
        b'* 2 CONVERTED (TAG "f001") (BODYPARTSTRUCTURE[2] ("IMAGE" "JPEG" () NIL NIL "8bit" 4182 NIL NIL NIL)'
        b' AVAILABLECONVERSIONS[2] (("IMAGE/PNG" "image/gif")) AVAILABLECONVERSIONS[3] (()))'
    )
    assert isinstance(data, Converted)
    assert isinstance(data.get(converted_structure("2")), Part)
    assert data.get(available_conversions("2")) == ("image/png", "image/gif")
    assert data.get(available_conversions("3")) == ()


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (b'(ERROR "No such conversion" BADPARAMETERS "text/html" "text/plain" ("charset" "x"))',
         ConvertError("No such conversion", "BADPARAMETERS", b'"text/html" "text/plain" ("charset" "x")')),
        (b'(ERROR "later" TEMPFAIL 5)', ConvertError("later", "TEMPFAIL", b"5")),
        (b'( error "later"  tempfail )', ConvertError("later", "TEMPFAIL")),
    ],
)  # fmt: skip
def test_errors_stand_for_their_item(value: bytes, error: ConvertError) -> None:
    names = (b"BINARY[3]", b"BINARY.SIZE[3]", b"BODYPARTSTRUCTURE[3]", b"AVAILABLECONVERSIONS[3]")
    data = untagged(b'* 2 CONVERTED (TAG "x") (' + b" ".join(name + b" " + value for name in names) + b")")
    assert isinstance(data, Converted)
    for item in (converted("3"), converted_size("3"), converted_structure("3"), available_conversions("3")):
        assert data.get(item) == error


def test_a_bad_error_costs_itself() -> None:
    data = untagged(b'* 2 CONVERTED (TAG "x") (BINARY.SIZE[1] (EXTRA) BINARY.SIZE[2] 7)')
    assert isinstance(data, Converted)
    assert (data.get(converted_size("1")), data.get(converted_size("2"))) == (None, 7)


@pytest.mark.parametrize("octets", [b"(BINARY[1] NIL)", b'(TAG "x") NIL', b"(TAG x", b""])
def test_malformed(octets: bytes) -> None:
    assert isinstance(read(b"* 2 CONVERTED " + octets)[0], Unknown)


def test_all_failed() -> None:
    connection = connect("CONVERT", selected=True)
    pending = connection.send(Convert(SeqSet("2"), (converted("3"),), "text/plain"))
    connection.data_to_send()
    connection.receive_data(b'* 2 CONVERTED (TAG "K2") (BINARY[3] (ERROR "no" TEMPFAIL))\r\nK2 NO All failed\r\n')
    with pytest.raises(CommandError) as caught:
        pending.result()
    assert caught.value.partial[2].get(converted("3")) == ConvertError("no", "TEMPFAIL")


def test_codes() -> None:
    assert completion(b"NO [MAXCONVERTMESSAGES 1] x").code == NumberCode("MAXCONVERTMESSAGES", 1)
    assert completion(b"NO [MAXCONVERTPARTS 1] x").code == NumberCode("MAXCONVERTPARTS", 1)


@pytest.mark.parametrize(
    "command",
    [
        Convert(UidSet("1"), ()),
        Convert(UidSet("1"), (converted(),), "image/*"),
        Convert(UidSet("1"), (converted(),), "jpeg"),
        Convert(UidSet("1"), (converted(),), "image/jpeg", (("a\n", "b"),)),
    ],
)
def test_refusals(command: Convert) -> None:
    with pytest.raises(InvalidArgument):
        ask(command, capabilities="CONVERT", selected=True)


def test_more_refusals() -> None:
    with pytest.raises(InvalidArgument):
        converted("1", partial=(0, 0))
    with pytest.raises(InvalidArgument):
        ask(Conversions("image"), capabilities="CONVERT")
    with pytest.raises(NotSupported):
        ask(Conversions())
