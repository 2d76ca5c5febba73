"""LOGIN, AUTHENTICATE with each mechanism (the project's own client side at the other end), STARTTLS, COMPRESS."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from imapkit.protocol.channel import TlsFilter
from imapkit.protocol.channel.deflate import DeflateFilter
from imapkit.protocol.sasl import MECHANISMS, Context, Credentials, from_auth
from imapkit.protocol.sasl.mechanism import Refusal
from imapkit.testing import Server
from imapkit.types.auth import Anonymous, Auth, External, OAuth2, Password
from tests.testing.lines import Line, logged_in

REFUSED = b"a NO [AUTHENTICATIONFAILED] Authentication failed."


class TestLogin:
    @pytest.mark.parametrize("said", [b"ann pw", b'"ann" "pw"', b"{3+}\r\nann {2+}\r\npw"])
    def test_the_password(self, line: Line, said: bytes) -> None:
        (answer,) = line(b"a LOGIN " + said)
        assert answer.startswith(b"a OK [CAPABILITY IMAP4rev1 ")
        assert answer.endswith(b"] Logged in")

    @pytest.mark.parametrize("said", [b"ann PW", b"nobody pw", b'ann ""', b"ann {2+}\r\n\xff\xff"])
    def test_not_the_password(self, line: Line, said: bytes) -> None:
        assert line(b"a LOGIN " + said) == [REFUSED]

    @pytest.mark.parametrize("said", [b"", b" ann", b" ann pw x"])
    def test_mistakes(self, line: Line, said: bytes) -> None:
        assert line(b"a LOGIN" + said)[0].startswith(b"a BAD ")

    def test_beyond_ascii(self, server: Server) -> None:
        server.add_user("юзер", "пароль")
        line = Line(server.open_stream())
        assert line('a LOGIN "юзер" "пароль"'.encode())[0].startswith(b"a OK")

    def test_in_the_clear(self, server: Server) -> None:
        line = Line(server.open_stream(tls="starttls"))
        refused = [b"a NO [PRIVACYREQUIRED] Plaintext authentication needs TLS here."]
        assert line(b"a LOGIN ann pw") == refused
        assert line(b"a AUTHENTICATE PLAIN") == refused


PASSWORDS = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")
AUTHS: list[tuple[str, Auth]] = [
    *((name, Password("ann", "pw")) for name in PASSWORDS),
    ("XOAUTH2", OAuth2("ann", "pw")),
    ("OAUTHBEARER", OAuth2("ann", "pw")),
    ("EXTERNAL", External("ann")),
    ("ANONYMOUS", Anonymous("trace@example.org")),
]


def converse(line: Line, name: str, credentials: Credentials, *, initial: bool) -> bytes:
    """Authenticate; the completion."""
    mechanism = MECHANISMS[name]
    exchange = mechanism.start(credentials, Context())
    first = next(exchange)
    if initial and mechanism.client_first:
        (heard,) = line(b"a AUTHENTICATE %s %s" % (name.encode(), base64.b64encode(first) or b"="))
    else:
        (heard,) = line(b"a AUTHENTICATE " + name.encode())
        assert heard.startswith(b"+ ")
        if mechanism.client_first:
            assert heard == b"+ "
            (heard,) = line(base64.b64encode(first))
    while heard.startswith(b"+ "):
        try:
            response = exchange.send(base64.b64decode(heard[2:]))
        except Refusal as refusal:
            response = refusal.answer
        (heard,) = line(base64.b64encode(response))
    return heard


class TestAuthenticate:
    @pytest.mark.parametrize("initial", [True, False])
    @pytest.mark.parametrize(("name", "auth"), AUTHS, ids=[name for name, _ in AUTHS])
    def test_each_mechanism(self, line: Line, name: str, auth: Auth, initial: bool) -> None:
        assert converse(line, name, from_auth(auth), initial=initial).startswith(b"a OK [CAPABILITY")
        assert line(b"b STATUS INBOX (MESSAGES)")[0] == b"* STATUS INBOX (MESSAGES 0)"

    @pytest.mark.parametrize(
        ("name", "auth"),
        [
            *((name, Password(*wrong)) for name in PASSWORDS for wrong in (("ann", "wrong"), ("nobody", "pw"))),
            ("XOAUTH2", OAuth2("ann", "wrong")),
            ("OAUTHBEARER", OAuth2("nobody", "pw")),
            ("EXTERNAL", External("nobody")),
            ("EXTERNAL", External("")),
        ],
    )
    def test_not_with_this(self, line: Line, name: str, auth: Auth) -> None:
        assert converse(line, name, from_auth(auth), initial=True) == REFUSED
        assert line(b"b STATUS INBOX (MESSAGES)")[0].startswith(b"b BAD")

    def test_for_another(self, line: Line) -> None:
        response = base64.b64encode(b"bob\0ann\0pw")
        assert line(b"a AUTHENTICATE PLAIN " + response) == [b"a NO [AUTHORIZATIONFAILED] May not act for another"]

    def test_anonymous_has_an_account_of_its_own(self, server: Server) -> None:
        for _ in range(2):
            line = Line(server.open_stream())
            assert converse(line, "ANONYMOUS", from_auth(Anonymous("x")), initial=True).startswith(b"a OK")
            line(b"b CREATE kept")
        assert line(b'c LIST "" kept')[0] == b'* LIST (\\HasNoChildren) "/" kept'

    @pytest.mark.parametrize(
        ("lines", "answer"),
        [
            ([b"a AUTHENTICATE NONSENSE"], b"a NO [CANNOT] Unsupported authentication mechanism."),
            ([b"a AUTHENTICATE PLAIN", b"*"], b"a BAD Authentication was cancelled"),
            ([b"a AUTHENTICATE PLAIN", b"not base64!"], b"a BAD Not base64"),
            ([b"a AUTHENTICATE PLAIN", b""], b"a BAD Invalid PLAIN response"),
            ([b"a AUTHENTICATE LOGIN YW5u"], b"a BAD The server speaks first in this mechanism"),
            ([b"a AUTHENTICATE SCRAM-SHA-1 eA=="], b"a BAD Invalid SCRAM response"),
            ([b"a AUTHENTICATE SCRAM-SHA-1 biwsbj1hbm4scj1hYmM=", b"eA=="], b"a BAD Invalid SCRAM response"),
            ([b"a AUTHENTICATE"], b"a BAD Error in IMAP command AUTHENTICATE: an atom expected at 14: b''"),
        ],
    )
    def test_mistakes(self, line: Line, lines: list[bytes], answer: bytes) -> None:
        assert line(*lines)[-1] == answer
        assert line(b"b NOOP") == [b"b OK NOOP completed."]

    def test_without_sasl_ir(self, offering: Callable[[str], Server]) -> None:
        line = Line(offering("IMAP4rev1 AUTH=PLAIN").open_stream())
        assert line(b"a AUTHENTICATE PLAIN AGFubgBwdw==") == [b"a BAD No initial response is taken here"]
        assert line(b"a AUTHENTICATE LOGIN") == [b"a NO [CANNOT] Unsupported authentication mechanism."]


class TestUpgrades:
    def test_starttls(self, server: Server) -> None:
        line = Line(server.open_stream(tls="starttls"))
        assert line(b"a STARTTLS", b"b NOOP") == [b"a OK Begin TLS negotiation now."]
        tls = TlsFilter(server.client_context(), "localhost")
        clear = b""
        for _ in range(3):
            line.stream.write(tls.data_to_send())
            clear += tls.receive(line.stream.read() or b"")
        tls.send(b"c CAPABILITY\r\nd STARTTLS\r\ne LOGIN ann pw\r\n")
        line.stream.write(tls.data_to_send())
        clear += tls.receive(line.stream.read() or b"")
        capability, *others = clear.split(b"\r\n")
        assert b"AUTH=PLAIN" in capability
        assert b"STARTTLS" not in capability
        assert others[1] == b"d BAD TLS is active already, or not offered"
        assert others[2].startswith(b"e OK [CAPABILITY")
        assert b"b OK" not in clear  # what was said behind STARTTLS in the clear was said to nobody

    def test_no_tls_no_starttls(self, line: Line) -> None:
        assert line(b"a STARTTLS") == [b"a BAD TLS is active already, or not offered"]

    def test_a_client_that_does_not_speak_tls(self, server: Server) -> None:
        line = Line(server.open_stream(tls="starttls"))
        line(b"a STARTTLS")
        line.stream.write(b"b NOOP\r\n")
        assert not (line.stream.read() or b"").startswith(b"b")  # a TLS alert, if anything
        assert line.closed

    def test_compress(self, server: Server) -> None:
        line = logged_in(server)
        assert line(b"a COMPRESS LZMA") == [b"a BAD Unknown compression mechanism"]
        assert line(b"b COMPRESS DEFLATE") == [b"b OK Begin compression."]
        deflate = DeflateFilter()
        deflate.send(b"c COMPRESS DEFLATE\r\nd CAPABILITY\r\n")
        line.stream.write(deflate.data_to_send())
        answer = deflate.receive(line.stream.read() or b"").split(b"\r\n")
        assert answer[0] == b"c NO [COMPRESSIONACTIVE] DEFLATE active already"
        assert b"COMPRESS=DEFLATE" not in answer[1]

    def test_a_client_that_does_not_compress(self, server: Server) -> None:
        line = logged_in(server)
        line(b"b COMPRESS DEFLATE")
        line.stream.write(b"\xff\xff\xff\xff")
        line.stream.read()
        assert line.closed
