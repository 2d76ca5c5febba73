"""``tls-server-end-point`` (RFC 5929, section 4): the hash of the server's certificate, as both sides know it.

Which hash depends on the algorithm that the certificate is signed with, so the outermost layer of its DER is read::

    Certificate         ::= SEQUENCE { tbsCertificate SEQUENCE, signatureAlgorithm AlgorithmIdentifier, ... }
    AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
"""

from __future__ import annotations

from typing import Final

__all__ = ["server_end_point"]

_SEQUENCE, _OBJECT_IDENTIFIER, _HASH_PARAMETER = 0x30, 0x06, 0xA0

# Section 4.1: MD5 and SHA-1 are replaced by SHA-256, every other hash stays.
_SIGNATURES: Final = {
    "2a864886f70d010104": "sha256",  # md5WithRSAEncryption
    "2a864886f70d010105": "sha256",  # sha1WithRSAEncryption
    "2a864886f70d01010b": "sha256",  # sha256WithRSAEncryption
    "2a864886f70d01010c": "sha384",  # sha384WithRSAEncryption
    "2a864886f70d01010d": "sha512",  # sha512WithRSAEncryption
    "2a864886f70d01010e": "sha224",  # sha224WithRSAEncryption
    "2a8648ce3d0401": "sha256",  # ecdsa-with-SHA1
    "2a8648ce3d040301": "sha224",  # ecdsa-with-SHA224
    "2a8648ce3d040302": "sha256",  # ecdsa-with-SHA256
    "2a8648ce3d040303": "sha384",  # ecdsa-with-SHA384
    "2a8648ce3d040304": "sha512",  # ecdsa-with-SHA512
}
_RSA_PSS: Final = "2a864886f70d01010a"
# RFC 4055, section 2.1: what RSASSA-PSS names in its parameters; SHA-1, so here SHA-256, when it names nothing.
_PSS_HASHES: Final = {
    "2b0e03021a": "sha256",  # id-sha1
    "608648016503040201": "sha256",
    "608648016503040202": "sha384",
    "608648016503040203": "sha512",
    "608648016503040204": "sha224",
}


def server_end_point(certificate: bytes) -> bytes | None:
    """The binding data of a DER certificate; `None` where RFC 5929 defines none (Ed25519), or it is not one."""
    import hashlib

    try:
        name = _hash_name(certificate)
    except (ValueError, IndexError):
        return None
    return hashlib.new(name, certificate).digest() if name else None


def _hash_name(certificate: bytes) -> str | None:
    body, _ = _element(certificate, _SEQUENCE)
    _, rest = _element(body, _SEQUENCE)
    algorithm, _ = _element(rest, _SEQUENCE)
    oid, parameters = _element(algorithm, _OBJECT_IDENTIFIER)
    if oid.hex() != _RSA_PSS:
        return _SIGNATURES.get(oid.hex())
    chosen, _ = _element(parameters, _SEQUENCE)
    if not chosen or chosen[0] != _HASH_PARAMETER:
        return "sha256"
    explicit, _ = _element(chosen, _HASH_PARAMETER)
    identifier, _ = _element(explicit, _SEQUENCE)
    return _PSS_HASHES.get(_element(identifier, _OBJECT_IDENTIFIER)[0].hex())


def _element(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the DER element at the start, and what stands behind it."""
    if data[0] != tag:
        raise ValueError("not the DER element expected")
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    return data[start : start + length], data[start + length :]
