from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.sasl import MECHANISMS, Credentials, Exchange

EXTERNAL = MECHANISMS["EXTERNAL"]


@pytest.mark.parametrize(("authzid", "response"), [("", b""), ("fred@example.com", b"fred@example.com")])
def test_examples_of_rfc_4422_appendix_a(authzid: str, response: bytes):
    exchange = Exchange(EXTERNAL, Credentials(kind="external", authzid=authzid))
    assert exchange.initial() == response
    assert exchange.finished


def test_nul_is_refused():
    with pytest.raises(InvalidArgument):
        Exchange(EXTERNAL, Credentials(kind="external", authzid="a\0"))
