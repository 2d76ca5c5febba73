"""SASL (RFC 4422): how a client proves who it is, one generator for each mechanism.

A mechanism is a dialogue of opaque octets: the client's responses, the server's challenges.  That is what a generator
is, too, so each file here reads as the mechanism's RFC does, from top to bottom::

    server_first = yield client_first
    server_final = yield client_final
    verify(server_final)

`Exchange` runs one and knows when the server may be believed, `choose` picks from what the server offers, and
`MECHANISMS` lists them all.  Nothing here knows IMAP but `encode_base64` and `decode_challenge`, the form in which the
octets cross the wire.
"""

from __future__ import annotations

from imapkit.protocol.sasl.credentials import Credentials, from_auth
from imapkit.protocol.sasl.discretion import discreet, scrub
from imapkit.protocol.sasl.encoding import MAX_CHALLENGE, decode_challenge, encode_base64
from imapkit.protocol.sasl.exchange import Exchange
from imapkit.protocol.sasl.mechanism import BindingKind, ChannelBinding, Context, Mechanism, SaslExchange
from imapkit.protocol.sasl.registry import MECHANISMS, choose

__all__ = [
    "MAX_CHALLENGE",
    "MECHANISMS",
    "BindingKind",
    "ChannelBinding",
    "Context",
    "Credentials",
    "Exchange",
    "Mechanism",
    "SaslExchange",
    "choose",
    "decode_challenge",
    "discreet",
    "encode_base64",
    "from_auth",
    "scrub",
]
