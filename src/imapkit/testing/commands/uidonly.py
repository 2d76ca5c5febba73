"""UIDONLY (RFC 9586): once enabled, messages have UIDs and no sequence numbers.

`updates` tells UIDFETCH and VANISHED then; `ServerSession` refuses commands that are about sequence numbers, `View`
those numbers in others.
"""

from __future__ import annotations

from imapkit.testing.features import Feature

__all__ = ["FEATURE"]

FEATURE = Feature(capabilities=("UIDONLY",), enables=("UIDONLY",))
