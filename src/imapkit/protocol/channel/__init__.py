"""The filters between framer and transport: TLS and DEFLATE, octets in and octets out."""

from __future__ import annotations

from imapkit.protocol.channel.base import Channel, Filter
from imapkit.protocol.channel.binding import server_end_point
from imapkit.protocol.channel.deflate import DeflateFilter
from imapkit.protocol.channel.tls import TlsFilter

__all__ = ["Channel", "DeflateFilter", "Filter", "TlsFilter", "server_end_point"]
