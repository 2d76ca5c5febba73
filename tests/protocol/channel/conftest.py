"""TLS contexts of one private authority, and two filters wired to each other."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import pytest
import trustme

from imapkit.protocol.channel import TlsFilter

HOST = "imap.example.org"


@dataclass(frozen=True)
class Contexts:
    """The client trusts `authority`, the server has a certificate of it for imap.example.org."""

    authority: trustme.CA
    certificate: trustme.LeafCert

    def client(self, maximum: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=self.authority.cert_pem.bytes().decode())
        context.maximum_version = maximum
        return context

    def server(self, certificate: trustme.LeafCert | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        (certificate or self.certificate).configure_cert(context)
        return context


@pytest.fixture(scope="session")
def contexts() -> Contexts:
    authority = trustme.CA()
    return Contexts(authority, authority.issue_cert(HOST))


@dataclass
class Pair:
    """A client and a server; what each has received so far."""

    client: TlsFilter
    server: TlsFilter

    def pump(self, size: int | None = None) -> tuple[bytes, bytes]:
        """Carry octets to and fro, `size` at a time, until both are silent; what (client, server) received."""
        received = bytearray(), bytearray()
        while True:
            up, down = self.client.data_to_send(), self.server.data_to_send()
            if not up and not down:
                return bytes(received[0]), bytes(received[1])
            for target, data, into in ((self.server, up, received[1]), (self.client, down, received[0])):
                step = size or len(data) or 1
                for start in range(0, len(data), step):
                    into += target.receive(data[start : start + step])


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS1.2", "TLS1.3"])
def version(request: pytest.FixtureRequest) -> ssl.TLSVersion:
    return request.param


@pytest.fixture
def pair(contexts: Contexts, version: ssl.TLSVersion) -> Pair:
    return Pair(TlsFilter(contexts.client(version), HOST), TlsFilter(contexts.server(), None, server_side=True))
