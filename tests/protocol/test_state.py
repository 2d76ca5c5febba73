"""What a session knows, response by response."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.compress import Compress
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.fetch import FLAGS, Fetch
from imapkit.protocol.extensions.id import Id
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Capability, Noop
from imapkit.protocol.model import State
from imapkit.protocol.state import SelectedMailbox
from imapkit.types.flags import FlagSet
from imapkit.types.folders import Namespace
from imapkit.types.uids import SeqSet
from tests.protocol.peer import Peer, greeted, selected


def mailbox(peer: Peer) -> SelectedMailbox:
    selected = peer.connection.session.selected
    assert selected is not None
    return selected


class TestSelectedMailbox:
    def test_as_select_told_of_it(self) -> None:
        # RFC 9051, 6.3.2, example
        peer = greeted()
        peer.send(Select("INBOX"), b"K1 SELECT INBOX\r\n")
        peer.say(
            b"* 172 EXISTS\r\n"
            b"* OK [UIDVALIDITY 3857529045] UIDs valid\r\n"
            b"* OK [UIDNEXT 4392] Predicted next UID\r\n"
            b"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"
            b"* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited\r\n"
            b'* LIST () "/" INBOX\r\n'
            b"* OK [HIGHESTMODSEQ 715194045007]\r\n"
            b"K1 OK [READ-WRITE] SELECT completed\r\n"
        )
        assert mailbox(peer) == SelectedMailbox(
            name="INBOX",
            examined=False,
            read_only=False,
            exists=172,
            flags=FlagSet(["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"]),
            permanent_flags=FlagSet(["\\Deleted", "\\Seen", "\\*"]),
            uidvalidity=3857529045,
            uidnext=4392,
            highestmodseq=715194045007,
        )
        assert peer.connection.session.state is State.SELECTED

    @pytest.mark.parametrize(("examine", "code", "read_only"), [
        (False, b"", False),
        (False, b"[READ-ONLY] ", True),
        (True, b"", True),
        (True, b"[READ-ONLY] ", True),
    ])  # fmt: skip
    def test_access(self, examine: bool, code: bytes, read_only: bool) -> None:
        peer = greeted()
        peer.connection.send(Select("x", read_only=examine))
        peer.expect(b"K1 EXAMINE x\r\n" if examine else b"K1 SELECT x\r\n")
        peer.say(b"K1 OK " + code + b"done\r\n")
        assert (mailbox(peer).examined, mailbox(peer).read_only) == (examine, read_only)

    def test_as_it_changes(self) -> None:
        peer = selected(exists=3)
        steps: list[tuple[bytes, str, object]] = [
            (b"5 EXISTS", "exists", 5),
            (b"2 EXPUNGE", "exists", 4),
            (b"VANISHED 7:8", "exists", 2),
            (b"VANISHED (EARLIER) 1:6", "exists", 2),
            (b"FLAGS (a)", "flags", FlagSet(["a"])),
            (b"OK [PERMANENTFLAGS ()] none", "permanent_flags", FlagSet()),
            (b"OK [UIDNEXT 9] x", "uidnext", 9),
            (b"OK [UIDVALIDITY 8] x", "uidvalidity", 8),
            (b"OK [HIGHESTMODSEQ 77] x", "highestmodseq", 77),
            (b"OK [READ-ONLY] now", "read_only", True),
            (b"OK [READ-WRITE] again", "read_only", False),
            (b"OK [XYZZY] x", "exists", 2),
            (b"1 RECENT", "exists", 2),
        ]
        for line, attribute, value in steps:
            peer.say(b"* " + line + b"\r\n")
            assert getattr(mailbox(peer), attribute) == value, line
        assert peer.connection.error is None

    def test_more_gone_than_there_were(self) -> None:
        peer = selected(exists=1)
        peer.say(b"* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n")
        assert mailbox(peer).exists == 0
        peer.say(b"* 1 EXISTS\r\n* VANISHED 1:5\r\n")
        assert mailbox(peer).exists == 0

    def test_flags_of_a_message_are_not_those_of_the_mailbox(self) -> None:
        peer = selected()
        peer.say(b"* FLAGS (\\Seen)\r\n* 1 FETCH (FLAGS (\\Deleted))\r\n")
        assert mailbox(peer).flags == {"\\Seen"}
        assert mailbox(peer).permanent_flags is None


class TestSession:
    def test_capabilities(self) -> None:
        peer = Peer()
        peer.say(b"* OK hi\r\n")
        session = peer.connection.session
        assert session.capabilities is None
        assert not session.supports("IDLE")
        peer.send(Capability(), b"K1 CAPABILITY\r\n")
        peer.say(b"* CAPABILITY IMAP4rev1 Idle \r\nK1 OK\r\n")
        assert session.capabilities == {"IMAP4REV1", "IDLE"}
        assert session.supports("idle")
        peer.say(b"* OK [CAPABILITY IMAP4rev1] fewer\r\n")
        assert not session.supports("IDLE")

    def test_enabled(self) -> None:
        peer = greeted("ENABLE")
        session = peer.connection.session
        assert not session.utf8
        pending = peer.send(Enable(("IMAP4rev2", "X")), b"K1 ENABLE IMAP4rev2 X\r\n")
        peer.say(b"* ENABLED imap4rev2\r\n* ENABLED UTF8=ACCEPT\r\nK1 OK\r\n")
        assert pending.result() == session.enabled == {"IMAP4REV2", "UTF8=ACCEPT"}
        assert session.utf8

    def test_where_imap4rev2_is_all_there_is_nothing_has_to_be_enabled(self) -> None:
        """RFC 9051, appendix A: names are UTF-8 there from the start, and "&" is a character like others."""
        peer = Peer(Connection())
        peer.say(b"* PREAUTH [CAPABILITY IMAP4rev2] hello\r\n")
        peer.send(Create("R&D, Entwürfe"), 'K1 CREATE "R&D, Entwürfe"\r\n'.encode())
        peer.say(b"K1 OK\r\n")
        pending = peer.send(List(("*",)), b'K2 LIST "" "*"\r\n')
        peer.say('* LIST () "/" "R&D, Entwürfe"\r\nK2 OK\r\n'.encode())
        assert pending.result().mailboxes[0].mailbox == "R&D, Entwürfe"

    def test_who_the_server_is(self) -> None:
        peer = greeted("ID NAMESPACE")
        session = peer.connection.session
        peer.send(Id(), b"K1 ID NIL\r\n")
        peer.send(GetNamespaces(), b"K2 NAMESPACE\r\n")
        peer.say(b'* ID ("NAME" "x")\r\n* NAMESPACE (("" "/")) NIL NIL\r\nK1 OK\r\nK2 OK\r\n')
        assert dict(session.server_id) == {"name": "x"}
        assert session.namespaces is not None
        assert session.namespaces.personal == (Namespace("", "/"),)

    def test_codes_that_mean_nothing_here(self) -> None:
        peer = greeted()
        before = peer.connection.session.capabilities
        peer.say(b"* OK [PARSE] x\r\n* OK x\r\n* NO x\r\n* BAD x\r\n")
        assert peer.connection.session.capabilities == before
        assert peer.connection.session.alerts == []

    def test_a_refusal_changes_nothing(self) -> None:
        from imapkit.protocol.extensions.session import StartTls

        peer = greeted("STARTTLS", state="OK")
        peer.send(StartTls(), b"K1 STARTTLS\r\n")
        peer.say(b"K1 BAD no\r\n")
        assert peer.connection.supports("STARTTLS")
        peer = greeted("COMPRESS=DEFLATE")
        peer.send(Compress(), b"K1 COMPRESS DEFLATE\r\n")
        peer.say(b"K1 NO no\r\n")
        assert not peer.connection.session.compressed
        peer.send(Compress(), b"K2 COMPRESS DEFLATE\r\n")


class TestRefusals:
    def test_compress_twice(self) -> None:
        from imapkit.protocol.channel import DeflateFilter

        peer = greeted("COMPRESS=DEFLATE UNAUTHENTICATE")
        peer.send(Compress(), b"K1 COMPRESS DEFLATE\r\n")
        peer.say(b"K1 OK\r\n")
        peer.connection.resume(DeflateFilter(1000))
        with pytest.raises(InvalidArgument, match="COMPRESS is on already"):
            peer.connection.send(Compress())
        from imapkit.protocol.extensions.unauthenticate import Unauthenticate

        with pytest.raises(InvalidArgument, match="does not go with COMPRESS"):
            peer.connection.send(Unauthenticate())

    def test_uidonly(self) -> None:
        peer = selected("ENABLE UIDONLY")
        peer.say(b"* ENABLED UIDONLY\r\n")
        with pytest.raises(InvalidArgument, match="UIDONLY"):
            peer.connection.send(Fetch(SeqSet([1]), (FLAGS,)))
        peer.send(Noop(), b"K2 NOOP\r\n")

    def test_wrong_state(self) -> None:
        with pytest.raises(InvalidArgument, match="SELECT does not go with a session that is not authenticated"):
            greeted(state="OK").connection.send(Select("x"))

    def test_qresync_goes_with_enable(self) -> None:
        from imapkit.protocol.extensions.qresync import Known

        command = Select("x", known=Known(7, 20))
        peer = greeted("ENABLE QRESYNC")
        with pytest.raises(InvalidArgument, match="send ENABLE QRESYNC first"):
            peer.connection.send(command)
        peer.say(b"* ENABLED QRESYNC\r\n")
        peer.send(command, b"K1 SELECT x (QRESYNC (7 20))\r\n")


class TestOtherUsers:
    @pytest.mark.parametrize("told", [True, False])
    def test_unauthenticate(self, told: bool) -> None:
        from imapkit.protocol.extensions.unauthenticate import Unauthenticate

        peer = selected("UNAUTHENTICATE")
        peer.say(b'* ENABLED UTF8=ACCEPT\r\n* NAMESPACE (("" "/")) NIL NIL\r\n')
        peer.send(Unauthenticate(), b"K2 UNAUTHENTICATE\r\n")
        peer.say(b"K2 OK [CAPABILITY IMAP4rev1 X]\r\n" if told else b"K2 OK\r\n")
        session = peer.connection.session
        assert session.state is State.NOT_AUTHENTICATED
        assert (session.selected, session.enabled, session.namespaces) == (None, frozenset(), None)
        assert not session.maybe_selected
        assert session.capabilities == ({"IMAP4REV1", "X"} if told else None)

    def test_proxyauth(self) -> None:
        from imapkit.protocol.extensions.proxyauth import ProxyAuth

        peer = greeted("PROXYAUTH")
        peer.say(b'* NAMESPACE (("" "/")) NIL NIL\r\n')
        peer.send(ProxyAuth("bob"), b"K1 PROXYAUTH bob\r\n")
        peer.say(b"K1 OK\r\n")
        assert peer.connection.session.namespaces is None
