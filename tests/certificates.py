"""Throw-away certificates, one good and each kind of bad, for every test that speaks TLS."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import trustme

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "::1")


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate chain and its private key, PEM files as ``ssl.SSLContext.load_cert_chain`` takes them."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Certificates:
    """What `make` wrote.  Only `server` passes verification against `cafile`, and only for a loopback name."""

    cafile: Path
    server: Pair
    expired: Pair
    wrong_host: Pair
    self_signed: Pair
    client: Pair


def make(directory: Path, *, client_name: str = "testuser") -> Certificates:
    """Write a private authority and its certificates; `client_name` is the client certificate's common name."""
    authority = trustme.CA(organization_name="imapkit tests")
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    expired = authority.issue_cert(*LOOPBACK_NAMES, not_before=yesterday - dt.timedelta(days=1), not_after=yesterday)
    cafile = directory / "ca.pem"
    authority.cert_pem.write_to_path(cafile)
    return Certificates(
        cafile=cafile,
        server=_leaf(directory, "server", authority.issue_cert(*LOOPBACK_NAMES)),
        expired=_leaf(directory, "expired", expired),
        wrong_host=_leaf(directory, "wrong_host", authority.issue_cert("wrong.example.org")),
        self_signed=_self_signed(directory),
        client=_leaf(directory, "client", authority.issue_cert(f"{client_name}@example.org", common_name=client_name)),
    )


def _leaf(directory: Path, name: str, leaf: trustme.LeafCert) -> Pair:
    pair = Pair(directory / f"{name}.pem", directory / f"{name}.key")
    leaf.private_key_pem.write_to_path(pair.key)
    for index, blob in enumerate(leaf.cert_chain_pems):
        blob.write_to_path(pair.certificate, append=index > 0)
    return pair


def _self_signed(directory: Path) -> Pair:
    root = trustme.CA(organization_name="nobody's authority")  # a root certificate is signed by itself
    pair = Pair(directory / "self_signed.pem", directory / "self_signed.key")
    root.cert_pem.write_to_path(pair.certificate)
    root.private_key_pem.write_to_path(pair.key)
    return pair
