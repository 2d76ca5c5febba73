"""XYMHIGHESTMODSEQ: Yahoo's and AOL's servers tell a mailbox's HIGHESTMODSEQ without having CONDSTORE.

The code HIGHESTMODSEQ comes with every SELECT (`Selected.highestmodseq`): a number that is the same as last time says
that nothing changed.  What changed it does not say: messages have no mod-sequences there, so neither FETCH nor STORE
nor SEARCH can ask by them.
"""

from __future__ import annotations

from imapkit.protocol.model import Extension

__all__ = ["EXTENSIONS"]

EXTENSIONS = (Extension(name="XYMHIGHESTMODSEQ", rfc="Yahoo", capabilities=("XYMHIGHESTMODSEQ",)),)
