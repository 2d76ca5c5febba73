"""IMAPSIEVE (RFC 6785): Sieve scripts that run when messages are put somewhere or their flags change.

There is no command: the capability ``IMAPSIEVE=sieve://example.org`` tells where scripts are managed (ManageSieve,
RFC 5804), and METADATA entries tell which script runs, `SCRIPT` for a mailbox or for all of the server.
"""

from __future__ import annotations

from imapkit.protocol.capabilities import value_of
from imapkit.protocol.model import Extension

__all__ = ["EXTENSIONS", "SCRIPT", "sieve_url"]

SCRIPT = "/shared/imapsieve/script"
"""The METADATA entry that names the script (RFC 6785, 2.3.1); on the mailbox "" it is for every mailbox without one.

A mailbox whose entry is empty, or names what is not there, runs no script, not even that of "".
"""


def sieve_url(capabilities: frozenset[str]) -> str | None:
    """Where the account's scripts are managed; "" for nowhere, None where the server has no IMAPSIEVE.

    >>> sieve_url(frozenset({"IMAP4REV1", "IMAPSIEVE=sieve://example.org"}))
    'sieve://example.org'
    """
    return value_of(capabilities, "IMAPSIEVE=")


EXTENSIONS = (Extension(name="IMAPSIEVE", rfc="RFC 6785", capabilities=("IMAPSIEVE=",)),)
