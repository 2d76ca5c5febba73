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
    context,
    copy,
    enable,
    esearch,
    expunge,
    fetch,
    fuzzy,
    idle,
    listing,
    mailboxes,
    messagelimit,
    metadata,
    multisearch,
    notify,
    objectid,
    partial,
    preview,
    qresync,
    quota,
    replace,
    savedate,
    search,
    select,
    session,
    sort,
    status,
    store,
    thread,
    uidbatches,
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
    sort.FEATURE,
    thread.FEATURE,
    partial.FEATURE,
    context.FEATURE,
    fuzzy.FEATURE,
    uidbatches.FEATURE,
    replace.FEATURE,
    multisearch.FEATURE,
)

TABLE: Final = Table(ALL)
