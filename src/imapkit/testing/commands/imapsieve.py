"""IMAPSIEVE (RFC 6785): where scripts are managed.

There is no command: METADATA keeps the entries that name a script, /shared/imapsieve/script.  Nothing here runs one.
"""

from __future__ import annotations

from imapkit.testing.features import Feature

__all__ = ["FEATURE"]

FEATURE = Feature(capabilities=("IMAPSIEVE=",))
