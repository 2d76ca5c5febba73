from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from imapkit.protocol.channel import server_end_point

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())


def certificate(key, algorithm, **options) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "imap.example.org")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + dt.timedelta(days=1))
    return builder.sign(key, algorithm, **options).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize("key", [RSA, EC], ids=["RSA", "ECDSA"])
@pytest.mark.parametrize("algorithm", [hashes.SHA224(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_the_hash_is_that_of_the_signature(key, algorithm):
    der = certificate(key, algorithm)
    assert server_end_point(der) == hashlib.new(algorithm.name, der).digest()


@pytest.mark.parametrize("algorithm", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_rsa_pss_names_it_in_its_parameters(algorithm):
    scheme = padding.PSS(mgf=padding.MGF1(algorithm), salt_length=padding.PSS.DIGEST_LENGTH)
    der = certificate(RSA, algorithm, rsa_padding=scheme)
    assert server_end_point(der) == hashlib.new(algorithm.name, der).digest()


@pytest.mark.parametrize("oid", ["2a864886f70d010104", "2a864886f70d010105"], ids=["MD5", "SHA-1"])
def test_weak_hashes_are_replaced_by_sha_256(oid):
    der = certificate(RSA, hashes.SHA512()).replace(bytes.fromhex("2a864886f70d01010d"), bytes.fromhex(oid))
    assert server_end_point(der) == hashlib.sha256(der).digest()


@pytest.mark.parametrize("parameters", [b"\x30\x00", b"\x30\x05\xa2\x03\x02\x01\x14"], ids=["none", "salt length only"])
def test_rsa_pss_that_names_no_hash_means_sha_1(parameters):
    algorithm = b"\x06\x09" + bytes.fromhex("2a864886f70d01010a") + parameters
    algorithm = b"\x30" + bytes([len(algorithm)]) + algorithm
    body = b"\x30\x00" + algorithm
    der = b"\x30" + bytes([len(body)]) + body
    assert server_end_point(der) == hashlib.sha256(der).digest()


def test_a_signature_without_a_hash_has_no_binding():
    assert server_end_point(certificate(ed25519.Ed25519PrivateKey.generate(), None)) is None


@given(st.binary(max_size=40))
def test_what_is_no_certificate_has_no_binding(junk):
    assert server_end_point(junk) is None
    assert server_end_point(b"\x30\x80" + junk) is None


def test_a_certificate_cut_anywhere_is_survived():
    der = certificate(EC, hashes.SHA256())
    for end in range(len(der)):
        assert server_end_point(der[:end]) in (None, hashlib.sha256(der[:end]).digest())
