"""The commands of the server, one file per concern, merged into one table.

A new one is a file here with a `Feature` at its end (capabilities, commands, FETCH and STATUS items), one line in
`ALL`, the capability's name in the profiles that offer it, and a test of exact octets.
"""

from __future__ import annotations

from typing import Final

from imapkit.testing.commands import (
    acl,
    annotate,
    annotatemore,
    append,
    auth,
    binary,
    condstore,
    copy,
    enable,
    esearch,
    expunge,
    fetch,
    idle,
    listing,
    mailboxes,
    messagelimit,
    metadata,
    notify,
    objectid,
    preview,
    qresync,
    quota,
    savedate,
    search,
    select,
    session,
    status,
    store,
    uidonly,
)
from imapkit.testing.features import Feature, Table

__all__ = ["TABLE"]

ALL: Final[tuple[Feature, ...]] = (
    session.FEATURE,
    auth.FEATURE,
    enable.FEATURE,
    mailboxes.FEATURE,
    listing.FEATURE,
    status.FEATURE,
    select.FEATURE,
    fetch.FEATURE,
    store.FEATURE,
    search.FEATURE,
    copy.FEATURE,
    expunge.FEATURE,
    append.FEATURE,
    idle.FEATURE,
    acl.FEATURE,
    quota.FEATURE,
    metadata.FEATURE,
    annotatemore.FEATURE,
    notify.FEATURE,
    annotate.FEATURE,
    condstore.FEATURE,
    objectid.FEATURE,
    qresync.FEATURE,
    binary.FEATURE,
    preview.FEATURE,
    savedate.FEATURE,
    esearch.FEATURE,
    messagelimit.FEATURE,
    uidonly.FEATURE,
)

TABLE: Final = Table(ALL)
