"""QRESYNC: the examples of RFC 7162, section 3.2."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError, InvalidArgument, NotSupported
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.condstore import MODSEQ
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.fetch import FLAGS, UID
from imapkit.protocol.extensions.qresync import Changed, FetchChanged, Known
from imapkit.protocol.extensions.select import Select, Selected
from imapkit.types.flags import FlagSet
from imapkit.types.uids import OpenRange, SeqSet, UidSet
from tests.protocol.extensions.talking import ask, connect, talk


def enabled() -> Connection:
    """A connection on which QRESYNC is on."""
    connection = connect(OFFERED)
    talk(connection, Enable(("QRESYNC",)), b"* ENABLED QRESYNC")
    return connection


OFFERED = "ENABLE CONDSTORE QRESYNC"


def test_select() -> None:
    known = Known(67890007, 20050715194045000, UidSet("41,43:211,214:541"), (SeqSet("1,5"), UidSet("41,49")))
    sent, selected = talk(
        enabled(),
        Select("INBOX", known=known),
        b"* OK [CLOSED]",
        b"* 314 EXISTS",
        b"* OK [UIDVALIDITY 67890007] UIDVALIDITY",
        b"* OK [HIGHESTMODSEQ 20050715194045319] Highest",
        b"* VANISHED (EARLIER) 41,43:116,118,120:211,214:540",
        b"* 49 FETCH (UID 117 FLAGS (\\Seen \\Answered) MODSEQ (20050715194045001))",
        b"* 50 FETCH (UID 119 FLAGS (\\Draft $MDNSent) MODSEQ (20050715194045308))",
        ok=b"OK [READ-WRITE] mailbox selected",
    )
    assert sent == (b"SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541 (1,5 41,49)))")
    assert selected.vanished == UidSet("41,43:116,118,120:211,214:540")
    assert [(data.uid, data.get(FLAGS), data.get(MODSEQ)) for data in selected.changed] == [
        (117, FlagSet(["\\Seen", "\\Answered"]), 20050715194045001),
        (119, FlagSet(["\\Draft", "$MDNSent"]), 20050715194045308),
    ]
    assert selected.exists == 314


def test_what_came_before_closed_was_about_another_mailbox() -> None:
    _, selected = talk(
        enabled(),
        Select("INBOX", known=Known(1, 2)),
        b"* 7 EXISTS",
        b"* VANISHED (EARLIER) 1:5",
        b"* 3 FETCH (UID 9 FLAGS ())",
        b"* OK [CLOSED] left",
        b"* 2 EXISTS",
    )
    assert selected == Selected("INBOX", read_only=False, exists=2)


def test_a_select_that_knows_nothing_takes_no_messages() -> None:
    _, selected = ask(Select("INBOX", condstore=True), b"* 3 FETCH (UID 9 FLAGS ())", capabilities=OFFERED)
    assert selected.changed == ()


@pytest.mark.parametrize(
    ("known", "octets"),
    [
        (Known(67890007, 90060115194045000), b"(QRESYNC (67890007 90060115194045000))"),
        (Known(1, 2, UidSet()), b"(QRESYNC (1 2))"),
        (Known(1, 2, UidSet("1:9")), b"(QRESYNC (1 2 1:9))"),
        (Known(1, 2, None, (SeqSet("1"), UidSet("5"))), b"(QRESYNC (1 2 (1 5)))"),
    ],
)
def test_what_is_known(known: Known, octets: bytes) -> None:
    sent, _ = talk(enabled(), Select("INBOX", read_only=True, known=known))
    assert sent == b"EXAMINE INBOX " + octets


@pytest.mark.parametrize(
    "known",
    [Known(0, 1), Known(1, 0), Known(2**32, 1), Known(1, 2**63), Known(1, 1, None, (SeqSet("1:2"), UidSet("7")))],
)
def test_refusals(known: Known) -> None:
    with pytest.raises(InvalidArgument):
        talk(enabled(), Select("INBOX", known=known))


def test_it_must_be_on() -> None:
    with pytest.raises(InvalidArgument, match="ENABLE QRESYNC"):
        ask(Select("INBOX", known=Known(1, 1)), capabilities=OFFERED)


def test_capabilities() -> None:
    connection = connect("ENABLE CONDSTORE")
    talk(connection, Enable(("QRESYNC",)), b"* ENABLED QRESYNC")
    with pytest.raises(NotSupported, match="QRESYNC"):
        talk(connection, Select("INBOX", known=Known(1, 1)))
    with pytest.raises(NotSupported, match="CONDSTORE"):
        ask(Select("INBOX", condstore=True))
    sent, _ = ask(Select("INBOX", condstore=True), capabilities="QRESYNC")
    assert sent == b"SELECT INBOX (CONDSTORE)"


def test_fetch() -> None:
    sent, changed = ask(
        FetchChanged(UidSet("300:500"), (UID, FLAGS), 12345),
        b"* 1 FETCH (UID 404 MODSEQ (65402) FLAGS (\\Seen))",
        b"* VANISHED (EARLIER) 300:310,405,411",
        b"* VANISHED (EARLIER) 499",
        b"* 2 FETCH (UID 501 FLAGS ())",
        capabilities=OFFERED,
        selected=True,
    )
    assert sent == b"UID FETCH 300:500 (UID FLAGS) (CHANGEDSINCE 12345 VANISHED)"
    assert isinstance(changed, Changed)
    assert list(changed.messages) == [404]
    assert changed.vanished == UidSet("300:310,405,411,499")


def test_a_fetch_that_fails_half_way() -> None:
    connection = connect(OFFERED, selected=True)
    pending = connection.send(FetchChanged(OpenRange(1), (FLAGS,), 1))
    assert connection.data_to_send() == b"K2 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)\r\n"
    connection.receive_data(b"* VANISHED 3\r\n* 1 FETCH (UID 4 FLAGS ())\r\nK2 NO half of it\r\n")
    with pytest.raises(CommandError) as caught:
        pending.result()
    assert list(caught.value.partial) == [4]
    assert FetchChanged(OpenRange(1), (FLAGS,), 1).answers() == {"FETCH"}


def test_modified_and_the_rest_is_in_store_and_fetch() -> None:
    _, changed = talk(connect(OFFERED, selected=True), FetchChanged(UidSet("1"), (FLAGS,), 1))
    assert changed == Changed({}, UidSet())
