from __future__ import annotations

import ssl

import pytest

from imapkit.protocol.channel.tls_errors import explain


def verification_error(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


@pytest.mark.parametrize(
    ("code", "message", "what"),
    [
        (19, "self-signed certificate in certificate chain", "it is self-signed"),
        (23, "certificate revoked", "it was revoked"),
        (66, "EE certificate key too weak", "its key is too short"),
    ],
)
def test_codes_that_are_hard_to_provoke(code: int, message: str, what: str):
    text = explain(verification_error(code, message), "imap.example.org")
    assert text.startswith(f"the certificate of imap.example.org was refused: {what}")
    assert f"({message}); " in text


def test_an_unknown_code_comes_out_in_the_words_of_openssl():
    assert explain(verification_error(999, "moon in the wrong phase"), None) == (
        "the certificate of the peer was refused: it did not pass verification (moon in the wrong phase); "
        "the server's operator has to replace it"
    )


def test_other_errors_come_out_as_they_are():
    error = ssl.SSLError(5, "Some I/O error occurred")
    assert explain(error, "imap.example.org") == f"TLS with imap.example.org failed: {error}"
    error.reason = "MOON_IN_THE_WRONG_PHASE"
    assert explain(error, "imap.example.org") == "TLS with imap.example.org failed: MOON_IN_THE_WRONG_PHASE"
