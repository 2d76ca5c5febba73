from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import itertools
import ssl
import subprocess
import sys

import pytest
import trustme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument, TLSError
from imapkit.protocol.channel import TlsFilter

HOST = "imap.example.org"


@pytest.fixture
def open_pair(pair):
    pair.pump()
    assert pair.client.ready
    assert pair.server.ready
    return pair


def connect(client: TlsFilter, server: TlsFilter) -> None:
    """Shake hands; errors of the client come through, the server's are its own affair."""
    while data := client.data_to_send():
        server.receive(data)
        client.receive(server.data_to_send())


# --- data both ways


@pytest.mark.parametrize("size", [1, 2, 5, 1000, None])
def test_handshake_and_data_in_any_chunks(pair, version, size):
    assert not pair.client.ready
    assert pair.pump(size) == (b"", b"")
    assert pair.client.ready
    assert pair.server.ready
    assert pair.client.version == pair.server.version == version.name.replace("_", ".")
    pair.server.send(b"* OK ready\r\n")
    pair.client.send(bytearray(b"a NOOP\r\n"))
    pair.client.send(memoryview(b"b NOOP\r\n"))
    assert pair.pump(size) == (b"* OK ready\r\n", b"a NOOP\r\nb NOOP\r\n")


def test_what_is_sent_before_the_handshake_is_over_waits_for_it(pair):
    pair.client.send(b"a CAPA")
    pair.client.send(b"BILITY\r\n")
    pair.server.send(b"* OK ready\r\n")
    assert pair.pump() == (b"* OK ready\r\n", b"a CAPABILITY\r\n")


def test_data_in_the_segment_that_ends_the_handshake_is_not_lost(pair, version):
    pair.client.send(b"a NOOP\r\n")
    pair.server.send(b"* OK ready\r\n")
    pair.server.receive(pair.client.data_to_send())
    pair.client.receive(pair.server.data_to_send())
    heard = pair.server.receive(pair.client.data_to_send())
    assert pair.server.ready
    # TLS 1.3 ends with the client's message, TLS 1.2 with the server's; what was queued flies with it.
    assert heard == (b"a NOOP\r\n" if version is ssl.TLSVersion.TLSv1_3 else b"")
    assert pair.client.receive(pair.server.data_to_send()) == b"* OK ready\r\n"
    assert pair.server.receive(pair.client.data_to_send()) == (b"" if heard else b"a NOOP\r\n")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, 1500), min_size=1, max_size=20))
def test_the_way_data_is_cut_does_not_matter(contexts, cuts):
    client = TlsFilter(contexts.client(), HOST)
    server = TlsFilter(contexts.server(), None, server_side=True)
    client.send(b"a NOOP\r\n")
    server.send(b"* OK ready\r\n" * 3)
    seen = {client: b"", server: b""}
    wires = {client: b"", server: b""}
    sizes = itertools.cycle(cuts)
    while True:
        wires[server] += client.data_to_send()
        wires[client] += server.data_to_send()
        if not any(wires.values()):
            break
        for side in (client, server):
            cut = next(sizes)
            seen[side] += side.receive(wires[side][:cut])
            wires[side] = wires[side][cut:]
    assert seen == {client: b"* OK ready\r\n" * 3, server: b"a NOOP\r\n"}


def test_large_data(open_pair):
    body = bytes(range(256)) * 4096
    open_pair.client.send(body)
    open_pair.server.send(body)
    assert open_pair.pump() == (body, body)


def test_nothing_sent_and_nothing_received_is_nothing(open_pair):
    open_pair.client.send(b"")
    assert open_pair.client.data_to_send() == b""
    assert open_pair.client.receive(b"") == b""


# --- the end


def test_close_is_told_once_and_ends_the_other_side(open_pair):
    open_pair.client.send(b"a LOGOUT\r\n")
    open_pair.client.close()
    open_pair.client.close()
    assert open_pair.pump()[1] == b"a LOGOUT\r\n"
    open_pair.server.receive_eof()
    assert not open_pair.server.truncated
    assert open_pair.server.receive(b"whatever comes now") == b""
    with pytest.raises(TLSError, match="closed"):
        open_pair.client.send(b"x")


def test_what_comes_after_our_close_can_still_be_read(open_pair):
    open_pair.client.close()
    open_pair.server.send(b"* BYE\r\n")
    open_pair.server.receive(open_pair.client.data_to_send())
    open_pair.server.close()
    assert open_pair.client.receive(open_pair.server.data_to_send()) == b"* BYE\r\n"
    open_pair.client.receive_eof()
    assert not open_pair.client.truncated


def test_a_missing_close_notify_is_reported_not_raised(open_pair):
    open_pair.client.receive_eof()
    assert open_pair.client.truncated


def test_close_during_the_handshake_says_nothing(pair):
    pair.client.data_to_send()
    pair.client.close()
    assert pair.client.data_to_send() == b""


def test_an_end_during_the_handshake_is_an_error(pair):
    with pytest.raises(TLSError, match=r"handshake$"):
        pair.client.receive_eof()
    with pytest.raises(TLSError, match=r"the client closed .* handshake$"):
        pair.server.receive_eof()
    with pytest.raises(TLSError, match="the server closed"):
        pair.client.send(b"x")


# --- certificates


def refusal(client_context: ssl.SSLContext, server_context: ssl.SSLContext, host: str = HOST) -> str:
    client = TlsFilter(client_context, host)
    server = TlsFilter(server_context, None, server_side=True)
    with pytest.raises(TLSError) as caught:
        connect(client, server)
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    assert not client.ready
    with pytest.raises(TLSError):
        client.send(b"a LOGIN ann s3cret\r\n")
    with pytest.raises(TLSError, match="other side"):  # the alert reaches the server
        server.receive(client.data_to_send())
    return str(caught.value)


def days_ago(days: int) -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(days=days)


def test_expired(contexts):
    certificate = contexts.authority.issue_cert(HOST, not_before=days_ago(9), not_after=days_ago(2))
    assert refusal(contexts.client(), contexts.server(certificate)) == (
        f"the certificate of {HOST} was refused: it has expired (certificate has expired); "
        "the server's operator has to renew it, or check the clock of this machine"
    )


def test_not_yet_valid(contexts):
    certificate = contexts.authority.issue_cert(HOST, not_before=days_ago(-2), not_after=days_ago(-9))
    assert "it is not valid yet (" in refusal(contexts.client(), contexts.server(certificate))


def test_wrong_host(contexts):
    message = refusal(contexts.client(), contexts.server(), "mail.example.org")
    assert "the certificate of mail.example.org was refused: it is for another host (" in message
    assert message.endswith("connect to a name that is in the certificate")


def test_wrong_address(contexts):
    assert "it is for another address (" in refusal(contexts.client(), contexts.server(), "192.0.2.1")


def test_unknown_authority(contexts):
    message = refusal(ssl.create_default_context(), contexts.server())
    assert "not known here (" in message
    assert "ssl.create_default_context(cafile=...)" in message


def test_self_signed(contexts, tmp_path):
    root = trustme.CA()
    root.cert_pem.write_to_path(tmp_path / "cert.pem")
    root.private_key_pem.write_to_path(tmp_path / "key.pem")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    assert "it is self-signed, by an authority not known here (" in refusal(contexts.client(), server)


def test_an_address_in_the_certificate_will_do(contexts):
    certificate = contexts.authority.issue_cert("192.0.2.1")
    client = TlsFilter(contexts.client(), "192.0.2.1")
    connect(client, TlsFilter(contexts.server(certificate), None, server_side=True))
    assert client.ready


def test_a_context_that_verifies_nothing_is_the_callers_choice(contexts):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    client = TlsFilter(context, None)
    connect(client, TlsFilter(contexts.server(), None, server_side=True))
    assert client.ready


def test_a_name_to_verify_has_to_be_given(contexts):
    for missing in (None, ""):
        with pytest.raises(InvalidArgument, match="name has to be given"):
            TlsFilter(contexts.client(), missing)


@pytest.mark.parametrize("host", [".example.org", "a..b", "a\0b", "x" * 64])
def test_what_no_certificate_can_be_for(contexts, host):
    with pytest.raises(InvalidArgument, match="not a host name"):
        TlsFilter(contexts.client(), host)


# --- other failures


def test_a_server_that_does_not_speak_tls(contexts):
    client = TlsFilter(contexts.client(), HOST)
    with pytest.raises(TLSError, match=r"it does not speak TLS on this port: use security='starttls'"):
        client.receive(b"* OK IMAP4rev1 ready\r\n")


def test_a_server_that_hangs_up_in_plain_text(contexts):
    client = TlsFilter(contexts.client(), HOST)
    assert client.receive(b"") == b""
    assert client.receive(b"* B") == b""
    with pytest.raises(TLSError, match="during the TLS handshake; it does not speak TLS"):
        client.receive_eof()


def test_a_client_that_does_not_speak_tls(contexts):
    server = TlsFilter(contexts.server(), None, server_side=True)
    with pytest.raises(TLSError, match="TLS with the peer failed: ") as caught:
        server.receive(b"a CAPABILITY\r\n")
    assert "starttls" not in str(caught.value)


def test_no_version_in_common(contexts):
    client_context = contexts.client()
    client_context.minimum_version = ssl.TLSVersion.TLSv1_3
    server_context = contexts.server()
    server_context.maximum_version = ssl.TLSVersion.TLSv1_2
    client, server = TlsFilter(client_context, HOST), TlsFilter(server_context, None, server_side=True)
    with pytest.raises(TLSError, match="no TLS version"):
        server.receive(client.data_to_send())
    with pytest.raises(TLSError, match=f"TLS with {HOST} failed: the other side accepts no TLS version") as caught:
        client.receive(server.data_to_send())
    assert isinstance(caught.value.__cause__, ssl.SSLError)


def test_a_client_certificate_that_is_missing(contexts, version):
    server_context = contexts.server()
    server_context.verify_mode = ssl.CERT_REQUIRED
    client, server = TlsFilter(contexts.client(version), HOST), TlsFilter(server_context, None, server_side=True)
    server.receive(client.data_to_send())
    client.receive(server.data_to_send())
    with pytest.raises(TLSError):
        server.receive(client.data_to_send())
    with pytest.raises(TLSError, match="client certificate"):
        client.receive(server.data_to_send())


def test_a_client_certificate(contexts, version):
    server_context = contexts.server()
    server_context.verify_mode = ssl.CERT_REQUIRED
    contexts.authority.configure_trust(server_context)
    client_context = contexts.client(version)
    contexts.authority.issue_cert("ann@example.org").configure_cert(client_context)
    client, server = TlsFilter(client_context, HOST), TlsFilter(server_context, None, server_side=True)
    connect(client, server)
    assert server.ready


def test_a_certificate_asked_for_after_the_handshake(contexts):
    client_context, server_context = contexts.client(), contexts.server()
    contexts.authority.issue_cert("ann@example.org").configure_cert(client_context)
    client_context.post_handshake_auth = True
    contexts.authority.configure_trust(server_context)
    server_context.post_handshake_auth = True
    server_context.verify_mode = ssl.CERT_REQUIRED
    client, server = TlsFilter(client_context, HOST), TlsFilter(server_context, None, server_side=True)
    connect(client, server)
    assert not server._object.getpeercert(binary_form=True)
    server._object.verify_client_post_handshake()
    server.send(b"* OK ready\r\n")  # carries the request
    assert client.receive(server.data_to_send()) == b"* OK ready\r\n"
    client.send(b"a NOOP\r\n")
    assert server.receive(client.data_to_send()) == b"a NOOP\r\n"
    assert server._object.getpeercert(binary_form=True)


def test_data_changed_on_its_way(open_pair):
    open_pair.server.send(b"* OK\r\n")
    record = bytearray(open_pair.server.data_to_send())
    record[-1] ^= 1
    with pytest.raises(TLSError, match="the data was changed on its way"):
        open_pair.client.receive(bytes(record))
    with pytest.raises(TLSError):
        open_pair.client.receive_eof()
    open_pair.client.close()
    with pytest.raises(TLSError):  # the alert, and no close_notify behind it
        open_pair.server.receive(open_pair.client.data_to_send())


def test_what_came_before_a_failure_is_handed_out_before_it_is_raised(open_pair):
    open_pair.server.send(b"* BYE going down\r\n")
    good = open_pair.server.data_to_send()
    open_pair.server.send(b"* OK\r\n")
    bad = bytearray(open_pair.server.data_to_send())
    bad[-1] ^= 1
    assert open_pair.client.receive(good + bad) == b"* BYE going down\r\n"
    with pytest.raises(TLSError) as caught:
        open_pair.client.receive(b"more")
    assert isinstance(caught.value.__cause__, ssl.SSLError)


def test_what_is_sent_into_a_broken_handshake_is_not_swallowed(contexts):
    client = TlsFilter(contexts.client(), HOST)
    client.send(b"a NOOP\r\n")
    with pytest.raises(TLSError):
        client.receive(b"\x16\x03\x03\x00\x04junk")
    with pytest.raises(TLSError):
        client.send(b"b NOOP\r\n")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(min_size=1, max_size=600))
def test_junk_is_a_typed_error_or_a_wait_for_more(contexts, junk):
    client = TlsFilter(contexts.client(), HOST)
    with contextlib.suppress(TLSError):
        assert client.receive(junk) == b""
    assert not client.ready


# --- what a connection tells of itself


def test_nothing_is_told_before_the_handshake_is_over(pair):
    assert pair.client.version is None
    assert pair.client.cipher is None
    assert pair.client.channel_binding("tls-server-end-point") is None


def test_version_and_cipher(open_pair, version):
    assert open_pair.client.cipher == open_pair.server.cipher
    assert open_pair.client.cipher is not None
    assert open_pair.client.version == version.name.replace("_", ".")


def test_channel_bindings(open_pair, contexts, version):
    der = ssl.PEM_cert_to_DER_cert(contexts.certificate.cert_chain_pems[0].bytes().decode())
    assert open_pair.client.channel_binding("tls-server-end-point") == hashlib.sha256(der).digest()
    assert open_pair.server.channel_binding("tls-server-end-point") is None
    assert open_pair.client.channel_binding("tls-exporter") is None
    unique = open_pair.client.channel_binding("tls-unique")
    assert unique == open_pair.server.channel_binding("tls-unique")
    assert (unique is None) == (version is ssl.TLSVersion.TLSv1_3)


def test_no_certificate_no_end_point():
    def context(protocol: int) -> ssl.SSLContext:
        context = ssl.SSLContext(protocol)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("aNULL:@SECLEVEL=0")
        return context

    client = TlsFilter(context(ssl.PROTOCOL_TLS_CLIENT), None)
    connect(client, TlsFilter(context(ssl.PROTOCOL_TLS_SERVER), None, server_side=True))
    assert client.ready
    assert client.channel_binding("tls-server-end-point") is None


def test_ssl_is_imported_when_it_is_needed():
    code = "import sys, imapkit.protocol.channel; print({'ssl', 'hashlib', 'socket'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"set()"
