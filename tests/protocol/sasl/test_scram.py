from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument, LimitExceeded, ProtocolError
from imapkit.protocol.sasl import MECHANISMS, ChannelBinding, Context, Credentials, Exchange
from imapkit.protocol.sasl.scram import server_signature_and_proof
from imapkit.types.auth import Secret

SHA_1, SHA_256 = MECHANISMS["SCRAM-SHA-1"], MECHANISMS["SCRAM-SHA-256"]
BINDING = ChannelBinding("tls-exporter", b"\x00\xff" * 16)
NONCE_1, NONCE_256 = "fyko+d2lbbFgONRv9qkxdawL", "rOprNGfwEbeRWgbNEkqO"
SERVER_FIRST_1 = b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"
SERVER_FIRST_256 = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"


def user(name: str = "user", password: str = "pencil", authzid: str = "") -> Credentials:
    return Credentials(kind="password", user=name, password=Secret(password), authzid=authzid)


def test_example_of_rfc_5802():
    exchange = Exchange(SHA_1, user(), Context(nonce=NONCE_1))
    assert exchange.initial() == b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"
    assert exchange.respond(SERVER_FIRST_1) == (
        b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
    )
    assert not exchange.finished
    assert exchange.respond(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=") == b""
    assert exchange.finished
    with pytest.raises(ProtocolError, match="a challenge more"):
        exchange.respond(b"")


def test_example_of_rfc_7677():
    exchange = Exchange(SHA_256, user(), Context(nonce=NONCE_256))
    assert exchange.initial() == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    assert exchange.respond(SERVER_FIRST_256) == (
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    )
    assert exchange.respond(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") == b""
    assert exchange.finished


def serve(exchange: Exchange, digest: str, password: bytes) -> bytes:
    """The server's half for one exchange; the client's final message."""
    first = exchange.initial()
    assert first is not None
    bare = first.split(b",", 2)[2]
    server_first = b"r=" + bare.partition(b",r=")[2] + b"SERVER,s=c2FsdA==,i=4096"
    final = exchange.respond(server_first)
    without_proof, _, proof = final.rpartition(b",p=")
    signature, expected = server_signature_and_proof(
        digest, password, b"salt", 4096, b",".join((bare, server_first, without_proof))
    )
    assert base64.b64decode(proof, validate=True) == expected
    assert exchange.respond(b"v=" + base64.b64encode(signature) + b",ext=ignored") == b""
    assert exchange.finished
    return without_proof


@pytest.mark.parametrize(
    ("name", "digest"), [("SCRAM-SHA-1", "sha1"), ("SCRAM-SHA-256", "sha256"), ("SCRAM-SHA-512", "sha512")]
)
def test_each_hash_plain_and_bound(name: str, digest: str):
    assert serve(Exchange(MECHANISMS[name], user()), digest, b"pencil").startswith(b"c=biws,r=")
    bound = serve(Exchange(MECHANISMS[f"{name}-PLUS"], user(), Context(channel_binding=BINDING)), digest, b"pencil")
    assert base64.b64decode(bound[2:].partition(b",")[0]) == b"p=tls-exporter,," + BINDING.data


def test_the_password_is_prepared():
    serve(Exchange(SHA_256, user(password="pen\u00adcil")), "sha256", b"pencil")
    serve(Exchange(SHA_256, user(password="\U0001f511")), "sha256", "\U0001f511".encode())


@pytest.mark.parametrize(
    ("offered", "binding", "header"),
    [
        ({"SCRAM-SHA-256"}, None, b"n,,"),
        ({"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, None, b"n,,"),
        ({"SCRAM-SHA-256"}, BINDING, b"y,,"),
        ({"SCRAM-SHA-256", "scram-sha-1-plus"}, BINDING, b"n,,"),
    ],
)
def test_the_header_tells_a_stripped_offer(offered: set[str], binding: ChannelBinding | None, header: bytes):
    context = Context(offered=frozenset(offered), channel_binding=binding)
    first = Exchange(SHA_256, user(), context).initial()
    assert first is not None
    assert first.startswith(header + b"n=user,r=")


def test_plus_needs_something_to_bind_to():
    with pytest.raises(InvalidArgument, match="channel binding"):
        Exchange(MECHANISMS["SCRAM-SHA-1-PLUS"], user())


def test_binding_data_does_not_show():
    assert repr(BINDING) == "ChannelBinding(kind='tls-exporter')"


def test_names_are_prepared_and_escaped():
    first = Exchange(SHA_1, user("a=b,\u2168", authzid="x,y"), Context(nonce="n")).initial()
    assert first == b"n,a=x=2Cy,n=a=3Db=2CIX,r=n"


@pytest.mark.parametrize(
    "bad", [user(""), user("\u00ad"), user("a\0"), user(password=""), user(password="\x07"), user(authzid="\0")]
)
def test_what_cannot_be_carried_is_refused_before_anything_is_sent(bad: Credentials):
    with pytest.raises(InvalidArgument):
        Exchange(SHA_1, bad)


def test_nonces_are_fresh_and_long():
    nonces = {(Exchange(SHA_1, user()).initial() or b"").partition(b",r=")[2] for _ in range(20)}
    assert len(nonces) == 20
    assert all(len(nonce) == 32 for nonce in nonces)


def begun(nonce: str = "abc", iterations: tuple[int, int] = (4096, 10_000_000)) -> Exchange:
    exchange = Exchange(SHA_1, user(), Context(nonce=nonce, iterations=iterations))
    exchange.initial()
    return exchange


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (b"r=abc,s=c2FsdA==,i=4096", "does not extend ours"),
        (b"r=abdDEF,s=c2FsdA==,i=4096", "does not extend ours"),
        (b"r=xabcDEF,s=c2FsdA==,i=4096", "does not extend ours"),
        (b"m=new,r=abcDEF,s=c2FsdA==,i=4096", "extension"),
        (b"", "malformed"),
        (b"r=abcDEF", "malformed"),
        (b"s=c2FsdA==,r=abcDEF,i=4096", "malformed"),
        (b"r=abcD\0F,s=c2FsdA==,i=4096", "malformed"),
        (b"r=abcDEF,s=,i=4096", "malformed"),
        (b"r=abcDEF,s=c2FsdA,i=4096", "salt .* not base64"),
        (b"r=abcDEF,s=c2FsdA==,i=0", "malformed"),
        (b"r=abcDEF,s=c2FsdA==,i=-1", "malformed"),
        (b"r=abcDEF,s=c2FsdA==,i=04096", "malformed"),
        (b"r=abcDEF,s=c2FsdA==,i=4096x", "malformed"),
        (b"r=abcDEF,s=c2FsdA==,i=" + b"9" * 5000, "malformed"),
        (b"r=abcDEF,s=c2FsdA==,i=4095", "4095 iterations, fewer than 4096"),
    ],
)
def test_a_bad_first_message_of_the_server(message: bytes, complaint: str):
    exchange = begun()
    with pytest.raises(ProtocolError, match=complaint):
        exchange.respond(message)
    assert not exchange.finished


def test_too_many_iterations_are_refused_before_they_are_computed():
    with pytest.raises(LimitExceeded, match="10000001 iterations"):
        begun().respond(b"r=abcDEF,s=c2FsdA==,i=10000001")


def test_the_bounds_can_be_moved():
    assert begun(iterations=(1, 10)).respond(b"r=abcDEF,s=c2FsdA==,i=1").startswith(b"c=biws,r=abcDEF,p=")


def test_extensions_of_the_server_are_ignored():
    assert begun().respond(b"r=abcDEF,s=c2FsdA==,i=4096,x=y").startswith(b"c=biws,r=abcDEF,p=")


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (b"v=" + base64.b64encode(bytes(20)), "signature is wrong"),
        (b"v=" + base64.b64encode(bytes(32)), "signature is wrong"),
        (b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ", "not base64"),
        (b"v=", "malformed"),
        (b"", "malformed"),
        (b"x=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "malformed"),
    ],
)
def test_a_bad_final_message_of_the_server(message: bytes, complaint: str):
    exchange = Exchange(SHA_1, user(), Context(nonce=NONCE_1))
    exchange.initial()
    exchange.respond(SERVER_FIRST_1)
    with pytest.raises(ProtocolError, match=complaint):
        exchange.respond(message)
    assert not exchange.finished


def test_success_without_the_servers_signature_is_not_believed():
    exchange = Exchange(SHA_1, user(), Context(nonce=NONCE_1))
    exchange.initial()
    exchange.respond(SERVER_FIRST_1)
    assert not exchange.finished


@pytest.mark.parametrize("after", [0, 1])
def test_the_servers_error_is_kept_and_acknowledged(after: int):
    exchange = Exchange(SHA_1, user(), Context(nonce=NONCE_1))
    exchange.initial()
    if after:
        exchange.respond(SERVER_FIRST_1)
    assert exchange.respond(b"e=channel-bindings-dont-match,x=y") == b""
    assert exchange.server_error == b"channel-bindings-dont-match"
    assert not exchange.finished


@given(st.binary(max_size=200))
def test_any_challenge_gives_an_answer_or_a_typed_error(challenge: bytes):
    exchange = begun()
    with contextlib.suppress(ProtocolError):
        exchange.respond(challenge)
    assert not exchange.finished
