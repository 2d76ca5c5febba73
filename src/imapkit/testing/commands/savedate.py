"""SAVEDATE (RFC 8514): when a message came into its mailbox.  The search keys are those of `KEYS`."""

from __future__ import annotations

from imapkit.testing import render
from imapkit.testing.commands.fetch import plain_item
from imapkit.testing.features import Feature

__all__ = ["FEATURE"]

FEATURE = Feature(
    capabilities=("SAVEDATE",),
    fetch_items=dict([plain_item("SAVEDATE", lambda _session, message: render.date_time(message.saved), "SAVEDATE")]),
)
