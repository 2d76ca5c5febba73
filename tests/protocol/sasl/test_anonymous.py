from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.sasl import MECHANISMS, Credentials, Exchange, encode_base64

ANONYMOUS = MECHANISMS["ANONYMOUS"]


def credentials(trace: str) -> Credentials:
    return Credentials(kind="anonymous", trace=trace)


def test_example_of_rfc_4505():
    exchange = Exchange(ANONYMOUS, credentials("sirhc"))
    first = exchange.initial()
    assert first is not None
    assert encode_base64(first) == b"c2lyaGM="
    assert exchange.finished


@pytest.mark.parametrize("trace", ["", "a" * 255, "ann@example.org", "non-ASCII\u00a0space", "\u2ff0", "\u05d0"])
def test_allowed_traces_go_out_unchanged(trace: str):
    assert Exchange(ANONYMOUS, credentials(trace)).initial() == trace.encode()


@pytest.mark.parametrize("trace", ["a" * 256, "a\nb", "\x85", "\ue000", "\udc80", "a\ufffd", "\u05d0a"])
def test_refused_traces(trace: str):
    with pytest.raises(InvalidArgument, match="trace"):
        Exchange(ANONYMOUS, credentials(trace))
