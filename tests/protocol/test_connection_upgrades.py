"""AUTHENTICATE, STARTTLS and COMPRESS on a connection, and that no secret of it shows."""

from __future__ import annotations

import logging

import pytest

from imapkit.errors import (
    AuthenticationError,
    ConnectionLost,
    ImapError,
    ProtocolError,
    ServerBye,
    TLSError,
)
from imapkit.protocol.channel import DeflateFilter, TlsFilter
from imapkit.protocol.extensions.auth import Login
from imapkit.protocol.extensions.compress import Compress
from imapkit.protocol.extensions.select import Exists
from imapkit.protocol.extensions.session import Capability, Noop, StartTls
from imapkit.protocol.model import State, Untagged
from tests.protocol.commands import (
    PASSWORD,
    plain,
)
from tests.protocol.peer import Peer, greeted


class TestAuthenticate:
    RESPONSE = b"AGFubgBjb3JyZWN0IGhvcnNl"

    def test_in_the_command(self) -> None:
        peer = greeted("SASL-IR AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        peer.say(b"K1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n")
        assert pending.result() is None
        assert peer.connection.session.state is State.AUTHENTICATED
        assert peer.connection.supports("IDLE")

    def test_after_the_invitation(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=False), b"K1 AUTHENTICATE PLAIN\r\n")
        peer.say(b"+ \r\n")
        peer.expect(self.RESPONSE + b"\r\n")
        peer.say(b"K1 OK in\r\n")
        assert pending.result() is None
        assert peer.connection.session.capabilities is None  # they may be others now

    def test_capabilities_told_in_between_are_kept(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        peer.say(b"* CAPABILITY IMAP4rev1 MOVE\r\nK1 OK in\r\n")
        assert peer.connection.supports("MOVE")

    def test_refused(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        peer.say(b"K1 NO [AUTHENTICATIONFAILED] no\r\n")
        with pytest.raises(AuthenticationError):
            pending.result()
        assert peer.connection.session.state is State.NOT_AUTHENTICATED
        assert peer.connection.supports("AUTH=PLAIN")

    @pytest.mark.parametrize("challenge", [b"+ !!!\r\n", b"+ YWJj\r\n"], ids=["no base64", "one too many"])
    def test_a_challenge_that_cannot_be_answered_cancels(self, challenge: bytes) -> None:
        peer = greeted("SASL-IR AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        peer.say(challenge)
        peer.expect(b"*\r\n")
        peer.say(b"K1 BAD cancelled\r\n")
        with pytest.raises(ProtocolError):
            pending.result()
        peer.send(Noop(), b"K2 NOOP\r\n")

    def test_success_after_it_was_cancelled_is_none(self) -> None:
        peer = greeted("SASL-IR AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        peer.say(b"+ !!!\r\n")
        peer.expect(b"*\r\n")
        peer.say(b"K1 OK in\r\n")
        with pytest.raises(ProtocolError):
            pending.result()
        assert peer.connection.closed
        assert peer.connection.session.state is State.LOGOUT

    def test_success_before_the_server_has_seen_anything_is_none(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=False), b"K1 AUTHENTICATE PLAIN\r\n")
        peer.say(b"K1 OK in\r\n")
        with pytest.raises(ProtocolError, match="before it had proved"):
            pending.result()
        assert peer.connection.closed

    def test_given_up_before_the_invitation(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=False), b"K1 AUTHENTICATE PLAIN\r\n")
        pending.abandon()
        peer.expect(b"")  # the server asks for nothing yet: a line now would be taken for a command
        peer.say(b"+ \r\n")
        peer.expect(b"*\r\n")
        peer.say(b"K1 BAD cancelled\r\n")
        assert pending.done
        peer.send(Noop(), b"K2 NOOP\r\n")

    def test_given_up_after_the_last_answer(self) -> None:
        peer = greeted("SASL-IR AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        pending.abandon()
        peer.expect(b"")
        peer.say(b"K1 OK in\r\n")
        assert peer.connection.session.state is State.AUTHENTICATED


class TestUpgrades:
    @pytest.fixture
    def tls(self) -> TlsFilter:
        import ssl

        return TlsFilter(ssl.create_default_context(), "imap.example.org")

    def test_starttls_pauses(self, tls: TlsFilter) -> None:
        peer = greeted("STARTTLS", state="OK")
        pending = peer.connection.send(StartTls())
        after = peer.connection.send(Capability())
        peer.expect(b"K1 STARTTLS\r\n")
        peer.say(b'* OK [ALERT] not to be believed\r\n* ENABLED IMAP4rev2\r\n* ID ("name" "Mallory")\r\n')
        peer.say(b'* NAMESPACE (("" "/")) NIL NIL\r\nK1 OK [CAPABILITY IMAP4rev1 X-FORGED] begin\r\n')
        assert pending.result() is None
        assert peer.connection.paused
        session = peer.connection.session
        # Everything learned so far could have been said by anybody (RFC 9051, 6.2.1).
        assert session.capabilities is None
        assert (session.enabled, session.namespaces, session.server_id, session.alerts) == (frozenset(), None, {}, [])
        peer.expect(b"")
        peer.connection.resume(tls)
        assert not peer.connection.paused
        hello = peer.hear()
        assert hello[0] == 0x16  # a ClientHello; what waits is not sent before the handshake is over
        assert peer.connection.awaited == "the TLS handshake"
        assert repr(after) == "<Pending K2 CAPABILITY queued>"

    @pytest.mark.parametrize(
        "pieces",
        [
            (b"K1 OK begin\r\n* CAPABILITY IMAP4rev1 X-FORGED\r\n",),
            (b"K1 OK begin\r\n", b"* CAPABILITY IMAP4rev1 X-FORGED\r\n"),
            (b"K1 OK begin\r\nx",),
            (b"K1 OK begin\r\n", b"x"),
        ],
        ids=["in the same input", "in the next one", "an octet", "an octet in the next one"],
    )
    def test_starttls_with_octets_behind_the_ok(self, pieces: tuple[bytes, ...], tls: TlsFilter) -> None:
        peer = greeted("STARTTLS", state="OK")
        waiting = peer.connection.send(StartTls()), peer.connection.send(Capability())
        peer.expect(b"K1 STARTTLS\r\n")
        peer.say(*pieces)
        with pytest.raises(TLSError, match="between STARTTLS's OK and TLS"):
            peer.connection.resume(tls)
        assert peer.connection.closed
        assert peer.connection.session.capabilities is None
        with pytest.raises(TLSError):
            waiting[1].result()
        peer.expect(b"")  # not even a ClientHello

    def test_a_flood_while_paused(self) -> None:
        peer = greeted("STARTTLS", state="OK")
        peer.send(StartTls(), b"K1 STARTTLS\r\n")
        peer.say(b"K1 OK\r\n", *[b"x" * 65536] * 5)
        assert type(peer.connection.error) is ProtocolError

    @pytest.mark.parametrize("said", [(b"K1 OK\r\n* 1 EX",), (b"K1 OK\r\n", b"* 1 EX")])
    def test_an_end_while_paused_is_in_the_middle_of_nothing_that_was_read(self, said: tuple[bytes, ...]) -> None:
        peer = greeted("STARTTLS", state="OK")
        peer.send(StartTls(), b"K1 STARTTLS\r\n")
        peer.say(*said)
        peer.connection.receive_eof()
        assert str(peer.connection.error) == "the server closed the connection"

    def test_refused(self) -> None:
        peer = greeted("STARTTLS", state="OK")
        peer.send(StartTls(), b"K1 STARTTLS\r\n")
        peer.say(b"K1 NO no certificate\r\n")
        assert not peer.connection.paused
        assert peer.connection.supports("STARTTLS")

    def test_a_connection_that_is_dead_is_not_upgraded(self, tls: TlsFilter) -> None:
        peer = greeted("STARTTLS", state="OK")
        peer.send(StartTls(), b"K1 STARTTLS\r\n")
        peer.say(b"K1 OK\r\n")
        peer.connection.receive_eof()
        with pytest.raises(ConnectionLost):
            peer.connection.resume(tls)
        assert peer.connection.channel.tls is None

    @pytest.mark.parametrize("split", [None, 0, 3])
    def test_compress_with_octets_behind_the_ok(self, split: int | None) -> None:
        server = DeflateFilter(10**6)
        server.send(b"* 9 EXISTS\r\n")
        compressed = server.data_to_send()
        peer = greeted("COMPRESS=DEFLATE")
        peer.send(Compress(), b"K1 COMPRESS DEFLATE\r\n")
        after = peer.connection.send(Noop())
        heard: list[Untagged] = []
        peer.connection.listeners.append(heard.append)
        if split is None:
            peer.say(b"K1 OK\r\n" + compressed)
        else:
            peer.say(b"K1 OK\r\n" + compressed[:split], compressed[split:])
        assert heard == []
        peer.connection.resume(DeflateFilter(10**6))
        assert heard == [Exists(9)]
        assert server.receive(peer.hear()) == b"K2 NOOP\r\n"
        server.send(b"K2 OK\r\n")
        peer.say(server.data_to_send())
        assert after.done

    def test_compress_with_rubbish_behind_the_ok(self) -> None:
        peer = greeted("COMPRESS=DEFLATE")
        peer.send(Compress(), b"K1 COMPRESS DEFLATE\r\n")
        peer.say(b"K1 OK\r\n* 9 EXISTS\r\n")
        peer.connection.resume(DeflateFilter(10**6))
        assert isinstance(peer.connection.error, ProtocolError)

    def test_compress_with_bye_behind_the_ok(self) -> None:
        server = DeflateFilter(10**6)
        server.send(b"* BYE no\r\n")
        peer = greeted("COMPRESS=DEFLATE")
        peer.send(Compress(), b"K1 COMPRESS DEFLATE\r\n")
        peer.say(b"K1 OK\r\n" + server.data_to_send())
        peer.connection.resume(DeflateFilter(10**6))
        assert type(peer.connection.error) is ServerBye

    def test_the_end_during_the_handshake(self, tls: TlsFilter) -> None:
        peer = Peer()
        peer.connection.channel.push(tls)
        peer.hear()
        peer.connection.receive_eof()
        assert isinstance(peer.connection.error, TLSError)

    def test_rubbish_during_the_handshake(self, tls: TlsFilter) -> None:
        peer = Peer()
        peer.connection.channel.push(tls)
        peer.hear()
        peer.say(b"* OK this is plain IMAP\r\n")
        assert isinstance(peer.connection.error, TLSError)


class TestSecrets:
    def test_they_are_in_no_log_and_no_repr(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        shown: list[object] = []
        for command, octets in (
            (Login("ann", PASSWORD), b'K1 LOGIN "ann" "correct horse"\r\n'),
            (plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + TestAuthenticate.RESPONSE + b"\r\n"),
            (plain(in_command=False), b"K1 AUTHENTICATE PLAIN\r\n"),
        ):
            peer = greeted("SASL-IR AUTH=PLAIN", state="OK")
            pending = peer.connection.send(command)
            shown += [command, pending, *pending.segments, pending.collector]
            peer.expect(octets)
            peer.say(b"+ \r\n")
            peer.hear()
            peer.say(b"K1 NO [AUTHENTICATIONFAILED] wrong\r\n")
            with pytest.raises(ImapError) as caught:
                pending.result()
            shown += [caught.value, str(caught.value), peer.connection.session, *peer.connection.defects]
        text = " ".join(map(repr, shown)) + caplog.text
        assert "LOGIN" in caplog.text
        for secret in (PASSWORD, TestAuthenticate.RESPONSE.decode()):
            assert secret not in text
