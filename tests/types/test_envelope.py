from __future__ import annotations

import datetime as dt
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.types.defects import Defect
from imapkit.types.envelope import Envelope, EnvelopeAddress

ENCODED = b"=?utf-8?q?Ren=C3=A9?="


class TestAddress:
    @pytest.mark.parametrize(
        ("address", "name", "mailbox", "host", "full", "text"),
        [
            (EnvelopeAddress(ENCODED, None, b"rene", b"example.org"), "René", "rene", "example.org", None, None),
            (EnvelopeAddress(None, None, b"a", b"b"), "", "a", "b", "a@b", "a@b"),
            (EnvelopeAddress(b"", b"@x", b"a", b"b"), "", "a", "b", "a@b", "a@b"),
            (EnvelopeAddress(b"=?utf-8?q??=", None, b"a", b"b"), "", "a", "b", "a@b", "a@b"),
            (EnvelopeAddress(b"A. B.", None, b"a", b"b"), "A. B.", "a", "b", "a@b", "A. B. <a@b>"),
            (EnvelopeAddress(b"A", None, None, b"b"), "A", "", "b", "@b", "A <@b>"),
            (EnvelopeAddress(b"A", None, b"a", b""), "A", "a", "", "a", "A <a>"),
            (
                EnvelopeAddress(None, None, "ü".encode(), "bücher.example".encode()),
                "",
                "ü",
                "bücher.example",
                None,
                None,
            ),
            (EnvelopeAddress(None, None, b"\xff", b"\xfe"), "", "\ufffd", "\ufffd", None, None),
            (EnvelopeAddress(b"a\r\nb\0", None, b"a\r\nBcc: c", b"d\ne\0"), "a b", "a Bcc: c", "d e", None, None),
        ],
    )
    def test_what_it_says(
        self, address: EnvelopeAddress, name: str, mailbox: str, host: str, full: str | None, text: str | None
    ) -> None:
        assert (address.name, address.mailbox, address.host) == (name, mailbox, host)
        full = f"{mailbox}@{host}" if full is None else full
        assert address.address == full
        assert str(address) == ((f"{name} <{full}>" if name else full) if text is None else text)
        assert not address.is_group_mark

    def test_a_group_is_opened_and_closed(self) -> None:
        opening, closing = EnvelopeAddress(None, None, b"friends", None), EnvelopeAddress(None, None, None, None)
        assert opening.is_group_mark
        assert closing.is_group_mark
        assert (opening.address, closing.address, str(closing)) == ("friends", "", "")

    @given(st.tuples(*[st.none() | st.binary()] * 4))
    def test_no_octets_break_a_line(self, raw: tuple[bytes | None, bytes | None, bytes | None, bytes | None]) -> None:
        address = EnvelopeAddress(*raw)
        for text in (address.name, address.mailbox, address.host, address.address, str(address)):
            assert not {"\0", "\r", "\n"} & set(text)


class TestEnvelope:
    def test_an_empty_one(self) -> None:
        envelope = Envelope()
        assert (envelope.date, envelope.subject, envelope.in_reply_to, envelope.message_id) == (None, "", (), None)
        assert (
            envelope.from_ == envelope.sender == envelope.reply_to == envelope.to == envelope.cc == envelope.bcc == ()
        )

    def test_what_it_says(self) -> None:
        envelope = Envelope(
            raw_date=b"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)",
            raw_subject=b"=?utf-8?b?w4RwZmVs?= and\r\n more",
            raw_in_reply_to=b"Your mail <a@example.org>\r\n <b@example.org>",
            raw_message_id=b" <c@example.org> (added by somebody)",
        )
        assert envelope.date == dt.datetime(1996, 7, 17, 2, 23, 25, tzinfo=dt.timezone(dt.timedelta(hours=-7)))
        assert envelope.subject == "Äpfel and more"
        assert envelope.in_reply_to == ("<a@example.org>", "<b@example.org>")
        assert envelope.message_id == "<c@example.org>"

    @pytest.mark.parametrize("raw", [b"", b"soon", b"\xff"])
    def test_no_date(self, raw: bytes) -> None:
        assert Envelope(raw_date=raw).date is None

    @pytest.mark.parametrize(
        ("raw", "message_id"),
        [
            *((b"<c@example.org>", "<c@example.org>"), (b"c@example.org", "<c@example.org>")),
            *((b"<a b@example.org>", "<ab@example.org>"), (b"", None), (b" ", None)),
        ],
    )
    def test_message_ids(self, raw: bytes, message_id: str | None) -> None:
        assert Envelope(raw_message_id=raw).message_id == message_id

    def test_it_is_a_value(self) -> None:
        envelope = Envelope(b"d", b"s", (EnvelopeAddress(b"n", None, b"m", b"h"),), defects=(Defect("odd"),))
        again = pickle.loads(pickle.dumps(envelope))
        assert again == envelope
        assert hash(again) == hash(envelope)
        assert again != Envelope(b"d", b"s")
        assert len({envelope, again, Envelope()}) == 2

    @given(st.binary(), st.binary(), st.binary(), st.binary())
    def test_no_octets_break_anything(self, date: bytes, subject: bytes, reply: bytes, identifier: bytes) -> None:
        envelope = Envelope(date, subject, raw_in_reply_to=reply, raw_message_id=identifier)
        assert envelope.date is None or envelope.date.tzinfo is not None
        for text in (envelope.subject, *envelope.in_reply_to, envelope.message_id or ""):
            assert not {"\0", "\r", "\n"} & set(text)
