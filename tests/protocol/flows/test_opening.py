"""From a byte stream to a session that is logged in, and out again."""

from __future__ import annotations

import inspect
import logging
from base64 import b64decode, b64encode

import pytest

from imapkit.errors import (
    AuthenticationError,
    ConnectionLost,
    ImapError,
    NotSupported,
    ProtocolError,
    ServerBye,
    ServerUnavailable,
    TLSError,
    TokenRejected,
)
from imapkit.protocol.channel import DeflateFilter, TlsFilter
from imapkit.protocol.extensions.referrals import Referral
from imapkit.protocol.flows.base import Signal
from imapkit.protocol.flows.opening import Preparation, authenticate, log_out, open_connection, prepare
from imapkit.protocol.model import State
from imapkit.protocol.sasl import Credentials
from imapkit.types.auth import Secret
from imapkit.types.folders import Namespace
from tests.certificates import Certificates
from tests.protocol.peer import Peer, Run, dialogue, greeted

ANN = Credentials(kind="password", user="ann", password=Secret("secret"))
TOKEN = Credentials(kind="token", user="ann@example.org", token=Secret("abc"))
PLAIN = b"AGFubgBzZWNyZXQ="


class Tls:
    """A server that speaks TLS, and the client's filter for it."""

    def __init__(self, certificates: Certificates) -> None:
        import ssl

        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(certificates.server.certificate, certificates.server.key)
        self.server = TlsFilter(server, None, server_side=True)
        self.client = ssl.create_default_context(cafile=str(certificates.cafile))

    def make(self) -> TlsFilter:
        return TlsFilter(self.client, "localhost")

    def shake_hands(self, run: Run) -> bytes:
        """Carry octets to and fro until both are silent; what the server received."""
        received = b""
        while up := run.peer.connection.data_to_send():
            received += self.server.receive(up)
            run.say(self.server.data_to_send())
        return received

    def say(self, run: Run, octets: bytes) -> None:
        self.server.send(octets)
        run.say(self.server.data_to_send())


@pytest.fixture
def tls(certificates: Certificates) -> Tls:
    return Tls(certificates)


def no_tls() -> TlsFilter:
    raise AssertionError("TLS was not asked for")


class TestOpening:
    def test_without_tls(self) -> None:
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "none", no_tls))
        run.say(b"* O")
        assert not run.done
        run.say(b"K hello\r\n")
        assert run.done
        assert not peer.connection.channel.secure

    def test_under_tls_from_the_start(self, tls: Tls) -> None:
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "tls", tls.make))
        tls.shake_hands(run)
        tls.say(run, b"* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n")
        assert run.done
        assert peer.connection.channel.secure

    @pytest.mark.parametrize("told", [True, False])
    def test_starttls(self, tls: Tls, told: bool) -> None:
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "starttls", tls.make))
        number = 1
        if told:
            run.say(b"* OK [CAPABILITY IMAP4rev1 STARTTLS X-FORGED] hello\r\n")
        else:
            run.say(b"* OK hello\r\n")
            run.expect(b"K1 CAPABILITY\r\n")
            run.say(b"* CAPABILITY IMAP4rev1 STARTTLS X-FORGED\r\nK1 OK\r\n")
            number = 2
        run.expect(b"K%d STARTTLS\r\n" % number)
        run.say(b"K%d OK begin\r\n" % number)
        assert not run.done
        assert tls.shake_hands(run) == b""
        assert run.done
        assert peer.connection.channel.secure
        assert peer.connection.session.capabilities is None

    def test_preauth_where_starttls_was_demanded(self) -> None:
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "starttls", no_tls))
        with pytest.raises(TLSError, match="PREAUTH"):
            run.say(b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
        peer.expect(b"")
        assert peer.connection.closed

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (b"K1 NO no certificate\r\n", "the server refuses STARTTLS: no certificate"),
            (b"K1 BAD what?\r\n", "refuses"),
            (b"K1 OK begin\r\n* OK injected\r\n", "somebody may be in the middle"),
        ],
    )
    def test_no_tls_though_it_was_demanded(self, answer: bytes, error: str, tls: Tls) -> None:
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "starttls", tls.make))
        run.say(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
        run.expect(b"K1 STARTTLS\r\n")
        with pytest.raises(TLSError, match=error):
            run.say(answer)
        assert peer.connection.closed
        with pytest.raises(TLSError, match=error):
            peer.connection.check()

    def test_starttls_is_not_offered(self) -> None:
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "starttls", no_tls))
        with pytest.raises(TLSError, match="does not offer STARTTLS"):
            run.say(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
        peer.expect(b"")

    def test_the_end_in_the_handshake(self, tls: Tls) -> None:
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "starttls", tls.make))
        run.say(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
        run.hear()
        run.say(b"K1 OK begin\r\n")
        run.hear()
        peer.connection.receive_eof()
        with pytest.raises(TLSError):
            run.resume()

    def test_refused_by_the_greeting(self) -> None:
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "none", no_tls))
        with pytest.raises(ServerBye, match="too many"):
            run.say(b"* BYE too many connections\r\n")


class TestAuthenticate:
    def run(self, peer: Peer, credentials: Credentials = ANN, *, private: bool = True, allowed: str = "") -> Run:
        flow = authenticate(peer.connection, credentials, private=private, allowed=tuple(allowed.split()))
        return Run(peer, flow)

    def test_the_strongest_first(self) -> None:
        peer = greeted("AUTH=PLAIN AUTH=SCRAM-SHA-256 SASL-IR", state="OK")
        run = self.run(peer)
        assert run.hear().startswith(b"K1 AUTHENTICATE SCRAM-SHA-256 biws")

    def test_plain(self) -> None:
        peer = greeted("AUTH=PLAIN SASL-IR", state="OK")
        run = self.run(peer)
        run.expect(b"K1 AUTHENTICATE PLAIN " + PLAIN + b"\r\n")
        run.say(b"K1 OK [CAPABILITY IMAP4rev1 MOVE] in\r\n")
        assert run.done
        assert peer.connection.supports("MOVE")

    def test_capabilities_are_asked_for_where_they_are_not_told(self) -> None:
        peer = Peer()
        peer.say(b"* OK hello\r\n")
        flow = authenticate(peer.connection, ANN, private=True, allowed=())
        dialogue(
            peer,
            flow,
            (b"K1 CAPABILITY\r\n", b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nK1 OK\r\n"),
            (b"K2 AUTHENTICATE PLAIN\r\n", b"+ \r\n"),
            (PLAIN + b"\r\n", b"K2 OK in\r\n"),
            (b"K3 CAPABILITY\r\n", b"* CAPABILITY IMAP4rev1 IDLE\r\nK3 OK\r\n"),
        )
        assert peer.connection.supports("IDLE")

    def test_preauth(self) -> None:
        assert self.run(greeted("AUTH=PLAIN")).done

    def test_preauth_without_capabilities(self) -> None:
        peer = Peer()
        peer.say(b"* PREAUTH hello\r\n")
        flow = authenticate(peer.connection, ANN, private=True, allowed=())
        dialogue(peer, flow, (b"K1 CAPABILITY\r\n", b"* CAPABILITY IMAP4rev1 IDLE\r\nK1 OK\r\n"))
        assert peer.connection.supports("IDLE")

    def test_login_where_there_is_no_sasl(self) -> None:
        peer = greeted("", state="OK")
        run = self.run(peer)
        run.expect(b'K1 LOGIN "ann" "secret"\r\n')
        with pytest.raises(AuthenticationError, match="wrong"):
            run.say(b"K1 NO wrong password\r\n")

    @pytest.mark.parametrize(
        ("capabilities", "private", "allowed"),
        [
            ("LOGINDISABLED", True, ""),
            ("", False, ""),
            ("AUTH=PLAIN", False, ""),
            ("", True, "PLAIN"),
            ("AUTH=PLAIN", True, "SCRAM-SHA-256"),
            ("AUTH=GSSAPI LOGINDISABLED", True, ""),
        ],
    )
    def test_nothing_fits(self, capabilities: str, private: bool, allowed: str) -> None:
        peer = greeted(capabilities, state="OK")
        with pytest.raises(NotSupported):
            self.run(peer, private=private, allowed=allowed)
        peer.expect(b"")

    @pytest.mark.parametrize("allowed", ["LOGIN", "login"])
    def test_login_is_allowed(self, allowed: str) -> None:
        peer = greeted("", state="OK")
        run = self.run(peer, allowed=allowed)
        run.expect(b'K1 LOGIN "ann" "secret"\r\n')

    def test_login_cannot_carry_it(self) -> None:
        peer = greeted("", state="OK")
        with pytest.raises(NotSupported):
            self.run(peer, Credentials(kind="password", user="ünn", password=Secret("x")))

    def test_a_token_is_no_password(self) -> None:
        peer = greeted("", state="OK")
        with pytest.raises(NotSupported):
            self.run(peer, TOKEN)

    def test_a_mechanism_that_is_refused_is_followed_by_the_next(self) -> None:
        peer = greeted("AUTH=CRAM-MD5 AUTH=PLAIN SASL-IR", state="OK")
        run = self.run(peer)
        run.expect(b"K1 AUTHENTICATE CRAM-MD5\r\n")
        run.say(b"K1 NO not any more\r\n")
        run.expect(b"K2 AUTHENTICATE PLAIN " + PLAIN + b"\r\n")
        run.say(b"K2 BAD what?\r\n")
        run.expect(b'K3 LOGIN "ann" "secret"\r\n')
        run.say(b"K3 OK [CAPABILITY IMAP4rev1] in\r\n")
        assert run.done

    def test_all_refused(self) -> None:
        peer = greeted("AUTH=CRAM-MD5 LOGINDISABLED", state="OK")
        run = self.run(peer)
        run.expect(b"K1 AUTHENTICATE CRAM-MD5\r\n")
        with pytest.raises(AuthenticationError, match="not any more"):
            run.say(b"K1 NO not any more\r\n")

    def test_bad_credentials_are_not_tried_again(self) -> None:
        peer = greeted("AUTH=PLAIN AUTH=LOGIN SASL-IR", state="OK")
        run = self.run(peer)
        run.hear()
        with pytest.raises(AuthenticationError) as caught:
            run.say(b"K1 NO wrong password\r\n")
        assert type(caught.value) is AuthenticationError
        peer.expect(b"")

    @pytest.mark.parametrize("code", ["AUTHENTICATIONFAILED", "EXPIRED", "CONTACTADMIN", "PRIVACYREQUIRED"])
    def test_what_another_mechanism_would_not_change(self, code: str) -> None:
        peer = greeted("AUTH=CRAM-MD5 AUTH=PLAIN", state="OK")
        run = self.run(peer)
        run.hear()
        with pytest.raises(AuthenticationError):
            run.say(f"K1 NO [{code}] no\r\n".encode())
        peer.expect(b"")

    @pytest.mark.parametrize(
        "answer", [b"K1 NO [UNAVAILABLE] down\r\n", b"K1 NO [ALERT] Too many simultaneous connections. (Failure)\r\n"]
    )
    def test_a_server_that_is_busy_says_nothing_of_the_password(self, answer: bytes) -> None:
        for capabilities in ("AUTH=CRAM-MD5 AUTH=PLAIN", ""):
            peer = greeted(capabilities, state="OK")
            run = self.run(peer)
            run.hear()
            with pytest.raises(ServerUnavailable):
                run.say(answer)
            peer.expect(b"")

    def test_a_token_that_is_refused(self) -> None:
        peer = greeted("AUTH=XOAUTH2 SASL-IR", state="OK")
        run = self.run(peer, TOKEN)
        assert run.hear().startswith(b"K1 AUTHENTICATE XOAUTH2 ")
        run.say(b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")
        run.expect(b"\r\n")
        with pytest.raises(TokenRejected):
            run.say(b"K1 NO [AUTHENTICATIONFAILED] expired\r\n")

    def test_a_server_that_proves_nothing(self) -> None:
        peer = greeted("AUTH=SCRAM-SHA-256 SASL-IR", state="OK")
        run = self.run(peer)
        run.hear()
        with pytest.raises(ProtocolError):
            run.say(b"K1 OK [CAPABILITY IMAP4rev1] in\r\n")
        assert peer.connection.closed
        assert peer.connection.session.state is State.LOGOUT

    @pytest.mark.parametrize("status", ["NO", "BAD"])
    def test_whoever_has_seen_a_proof_does_not_get_the_password(self, status: str) -> None:
        peer = greeted("AUTH=SCRAM-SHA-1 AUTH=CRAM-MD5 AUTH=PLAIN SASL-IR", state="OK")
        run = self.run(peer)
        nonce = b64decode(run.hear().split()[-1]).rpartition(b"r=")[2]
        run.say(b"+ " + b64encode(b"r=" + nonce + b"x,s=c2FsdA==,i=4096") + b"\r\n")
        assert b",p=" in b64decode(run.hear())
        with pytest.raises(AuthenticationError):
            run.say(f"K1 {status} what?\r\n".encode())
        peer.expect(b"")

    def test_what_a_refusal_says_is_kept(self) -> None:
        peer = greeted("AUTH=PLAIN SASL-IR", state="OK")
        run = self.run(peer)
        run.hear()
        with pytest.raises(AuthenticationError) as caught:
            run.say(b"K1 NO [REFERRAL imap://imap2.example.org/] Moved\r\n")
        assert isinstance(caught.value.response_code, Referral)

    def test_cram_md5_is_a_proof_too(self) -> None:
        peer = greeted("AUTH=CRAM-MD5 AUTH=PLAIN SASL-IR", state="OK")
        run = self.run(peer)
        run.hear()
        run.say(b"+ PDFAeD4=\r\n")
        run.hear()
        with pytest.raises(AuthenticationError):
            run.say(b"K1 BAD what?\r\n")
        peer.expect(b"")

    def test_the_password_does_not_leave_without_tls(self) -> None:
        peer = greeted("AUTH=PLAIN AUTH=SCRAM-SHA-1 SASL-IR", state="OK")
        run = self.run(peer, private=False)
        assert run.hear().startswith(b"K1 AUTHENTICATE SCRAM-SHA-1 ")
        with pytest.raises(AuthenticationError):
            run.say(b"K1 NO no\r\n")
        peer.expect(b"")

    def test_channel_binding(self, tls: Tls) -> None:
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "tls", tls.make))
        tls.shake_hands(run)
        tls.say(run, b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-256-PLUS] hello\r\n")
        run = self.run(peer, private=False)
        assert tls.server.receive(run.hear()).startswith(
            b"K1 AUTHENTICATE SCRAM-SHA-256-PLUS cD10bHMtc2VydmVyLWVuZC1wb2lud"
        )

    @pytest.mark.parametrize("unbound", ["AUTH=SCRAM-SHA-256 ", ""])
    def test_a_refused_channel_binding(self, tls: Tls, unbound: str) -> None:
        # Cyrus 3.6: "NO bad protocol / cancel", because it binds by tls-unique alone.
        capabilities = f"{unbound}AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-1 AUTH=PLAIN SASL-IR"
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "tls", tls.make))
        tls.shake_hands(run)
        tls.say(run, f"* OK [CAPABILITY IMAP4rev1 {capabilities}] hello\r\n".encode())
        run = self.run(peer, private=False)
        nonce = b64decode(tls.server.receive(run.hear()).split()[-1]).rpartition(b"r=")[2]
        tls.say(run, b"+ " + b64encode(b"r=" + nonce + b"x,s=c2FsdA==,i=4096") + b"\r\n")
        assert b",p=" in b64decode(tls.server.receive(run.hear()))
        if unbound:
            tls.say(run, b"K1 NO bad protocol / cancel\r\n")
            assert tls.server.receive(run.hear()).startswith(b"K2 AUTHENTICATE SCRAM-SHA-256 biws")
        else:  # nobody gets the password for it
            with pytest.raises(AuthenticationError):
                tls.say(run, b"K1 NO bad protocol / cancel\r\n")


def exposed(flow: object) -> list[object]:
    """The variables of a generator that waits, and of those that it waits for."""
    found: list[object] = []
    while inspect.isgenerator(flow):
        assert flow.gi_frame is not None
        found += flow.gi_frame.f_locals.values()
        flow = flow.gi_yieldfrom
    return found


class TestServersThatRepeatThePassword:
    QUOTED = b'LOGIN "ann" "open \\"sesame"'
    ANN = Credentials(kind="password", user="ann", password=Secret('open "sesame'))
    INITIAL = b64encode(b'\0ann\0open "sesame')

    def attempt(self, capabilities: str, answer: bytes, caplog: pytest.LogCaptureFixture) -> tuple[BaseException, str]:
        """What the failure is, and all that could be printed of it afterwards."""
        peer = greeted(capabilities, state="OK")
        peer.say(b"* X-BEFORE\r\n")
        with caplog.at_level(logging.DEBUG):
            run = Run(peer, authenticate(peer.connection, self.ANN, private=True, allowed=()))
            run.hear()
            with pytest.raises(ImapError) as caught:
                run.say(answer)
        shown = [str(defect) for defect in peer.connection.defects]
        assert "X-BEFORE" in shown[0]
        shown += [repr(peer.connection.error), *map(str, peer.connection.error.args if peer.connection.error else ())]
        error: BaseException | None = caught.value
        while error is not None:
            shown += [str(error), repr(error), repr(vars(error))]
            error = error.__cause__ if error.__cause__ is not error else None
        return caught.value, "\n".join((*shown, caplog.text))

    @pytest.mark.parametrize(
        ("capabilities", "answer"),
        [
            ("", b"K1 BAD Error in IMAP command: " + QUOTED + b"\r\n"),
            ("", b"K1 NO [X-SAID " + QUOTED + b"] no\r\n"),
            ("", b'K1 NO [AUTHENTICATIONFAILED] ann, open "sesame\r\n'),
            ("", b"* BYE Error in IMAP command: " + QUOTED + b"\r\n"),
            ("", b"* " + QUOTED + b"\r\n* SEARCH " + QUOTED + b"\r\n" + QUOTED + b"\r\nK1 NO no\r\n"),
            ("", b"K1 NO no\r\n* BYE " + QUOTED + b"\r\n"),
            ("AUTH=PLAIN SASL-IR LOGINDISABLED", b"K1 BAD AUTHENTICATE PLAIN " + INITIAL + b"?\r\n"),
            ("AUTH=PLAIN SASL-IR LOGINDISABLED", b"* " + INITIAL + b" 1\r\nK1 NO " + INITIAL + b"\r\n"),
        ],
    )
    def test_do_not_have_it_printed(self, capabilities: str, answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
        _, shown = self.attempt(capabilities, answer, caplog)
        for form in ("sesame", "SESAME", self.INITIAL.decode().rstrip("=")):
            assert form not in shown

    def test_what_else_they_say_is_kept(self, caplog: pytest.LogCaptureFixture) -> None:
        error, shown = self.attempt("", b"* ODD\r\nK1 BAD Error in " + self.QUOTED + b"\r\n", caplog)
        assert isinstance(error, AuthenticationError)
        assert error.text == 'Error in LOGIN "ann" "***"'
        assert "ODD" not in shown
        assert shown.count("while logging in") == 1
        assert "K1 LOGIN: BAD" in caplog.text

    def test_what_is_said_later_is_logged_again(self, caplog: pytest.LogCaptureFixture) -> None:
        peer = greeted("", state="OK")
        dialogue(
            peer,
            authenticate(peer.connection, ANN, private=True, allowed=()),
            (b'K1 LOGIN "ann" "secret"\r\n', b"K1 OK [CAPABILITY IMAP4rev1] in\r\n"),
        )
        with caplog.at_level(logging.DEBUG):
            peer.say(b"* ODD\r\n")
        assert "ODD" in caplog.text

    @pytest.mark.parametrize("capabilities", ["", "AUTH=PLAIN SASL-IR", "AUTH=PLAIN", "AUTH=LOGIN", "AUTH=SCRAM-SHA-1"])
    def test_no_variable_holds_it_while_the_server_has_its_say(self, capabilities: str) -> None:
        peer = greeted(capabilities, state="OK")
        flow = authenticate(peer.connection, self.ANN, private=True, allowed=())
        Run(peer, flow)
        variables = exposed(flow)
        assert peer.connection in variables
        assert "sesame" not in repr(variables)
        assert self.INITIAL.decode() not in repr(variables)


class TestPrepare:
    def test_nothing_is_offered(self) -> None:
        peer = greeted()
        dialogue(
            peer,
            prepare(peer.connection, Preparation(compress=True)),
            (b'K1 LIST "" ""\r\n', b'* LIST (\\Noselect) "." ""\r\nK1 OK\r\n'),
        )
        namespaces = peer.connection.session.namespaces
        assert namespaces is not None
        assert namespaces.personal == (Namespace("", "."),)

    @pytest.mark.parametrize("answer", [b"K1 NO no\r\n", b"K1 OK\r\n"])
    def test_not_even_a_delimiter(self, answer: bytes) -> None:
        peer = greeted()
        dialogue(peer, prepare(peer.connection, Preparation()), (b'K1 LIST "" ""\r\n', answer))
        namespaces = peer.connection.session.namespaces
        assert namespaces is None or namespaces.personal == ()

    def test_all_refused(self) -> None:
        peer = greeted("ID NAMESPACE ENABLE UTF8=ONLY COMPRESS=DEFLATE")
        dialogue(
            peer,
            prepare(peer.connection, Preparation((("name", "x"),), compress=True)),
            (b'K1 ID ("name" "x")\r\nK2 NAMESPACE\r\n', b"K1 BAD no\r\nK2 NO no\r\n"),
            (b"K3 ENABLE UTF8=ACCEPT\r\n", b"K3 BAD no\r\n"),
            (b"K4 COMPRESS DEFLATE\r\n", b"K4 NO [COMPRESSIONACTIVE] no\r\n"),
        )
        assert not peer.connection.paused
        peer.connection.check()

    @pytest.mark.parametrize(
        ("capabilities", "enabled"),
        [
            ("ENABLE IMAP4rev2", b"IMAP4rev2"),
            ("ENABLE IMAP4rev2 QRESYNC", b"IMAP4rev2 QRESYNC"),
            ("ENABLE UTF8=ONLY QRESYNC", b"UTF8=ACCEPT QRESYNC"),
            ("ENABLE QRESYNC UTF8=ACCEPT", b"QRESYNC"),
            ("ENABLE", b""),
            ("QRESYNC", b""),
        ],
    )
    def test_what_is_worth_enabling(self, capabilities: str, enabled: bytes) -> None:
        peer = greeted("NAMESPACE " + capabilities)
        turns = [(b"K1 NAMESPACE\r\n", b"* NAMESPACE NIL NIL NIL\r\nK1 OK\r\n")]
        if enabled:
            turns.append((b"K2 ENABLE " + enabled + b"\r\n", b"* ENABLED " + enabled + b"\r\nK2 OK\r\n"))
        dialogue(peer, prepare(peer.connection, Preparation()), *turns)

    def test_compress(self) -> None:
        peer = greeted("NAMESPACE COMPRESS=DEFLATE")
        dialogue(
            peer,
            prepare(peer.connection, Preparation(compress=True)),
            (b"K1 NAMESPACE\r\n", b"* NAMESPACE NIL NIL NIL\r\nK1 OK\r\n"),
            (b"K2 COMPRESS DEFLATE\r\n", b"K2 OK\r\n"),
        )
        server = DeflateFilter(1000)
        run = Run(peer, log_out(peer.connection))
        assert server.receive(peer.hear()) == b"K3 LOGOUT\r\n"
        server.send(b"* BYE\r\nK3 OK\r\n")
        run.say(server.data_to_send())
        assert run.done

    def test_a_connection_that_ends_meanwhile(self) -> None:
        peer = greeted("NAMESPACE")
        run = Run(peer, prepare(peer.connection, Preparation()))
        run.hear()
        with pytest.raises(ServerBye):
            run.say(b"* BYE\r\n")


class TestLogOut:
    @pytest.mark.parametrize(
        "answer", [b"* BYE\r\nK1 OK\r\n", b"K1 OK\r\n", b"K1 BAD no\r\n", b"rubbish\r\n* BYE\r\nK1 NO\r\n"]
    )
    def test_answers(self, answer: bytes) -> None:
        peer = greeted()
        dialogue(peer, log_out(peer.connection), (b"K1 LOGOUT\r\n", answer))

    def test_a_server_that_hangs_up(self) -> None:
        peer = greeted()
        run = Run(peer, log_out(peer.connection))
        run.hear()
        run.say(b"* BYE\r\n")
        peer.connection.receive_eof()
        run.resume()
        assert run.done

    def test_a_connection_that_is_dead(self) -> None:
        peer = greeted()
        peer.connection.fail(ConnectionLost("x"))
        assert Run(peer, log_out(peer.connection)).done

    def test_silence_is_not_waited_for(self) -> None:
        peer = greeted()
        run = Run(peer, log_out(peer.connection))
        run.expect(b"K1 LOGOUT\r\n")
        patience = run.wait
        assert patience is not None
        assert patience.timeout == 2
        run.say(b"* OK still here\r\n")
        assert run.wait is patience  # it goes on counting
        run.resume(Signal.TIMEOUT)
        assert run.done

    def test_tls_says_goodbye_too(self, tls: Tls) -> None:
        peer = Peer()
        run = Run(peer, open_connection(peer.connection, "tls", tls.make))
        tls.shake_hands(run)
        tls.say(run, b"* OK hello\r\n")
        run = Run(peer, log_out(peer.connection))
        assert tls.server.receive(peer.hear()) == b"K1 LOGOUT\r\n"
        tls.say(run, b"* BYE\r\nK1 OK\r\n")
        assert run.done
        farewell = peer.hear()
        assert farewell
        assert tls.server.receive(farewell) == b""
