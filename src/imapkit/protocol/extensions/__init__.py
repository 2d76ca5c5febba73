"""What is spoken here: one file per concern of the protocol, one line per file in `ALL`.

To add an extension, write one file that ends in an `Extension` record, and list it here (see CONTRIBUTING).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.extensions import (
    acl,
    annotatemore,
    append,
    appendlimit,
    applepush,
    auth,
    compress,
    condstore,
    context,
    copy,
    enable,
    esearch,
    expunge,
    fetch,
    filters,
    id,  # noqa: A004 - it is the command's name
    idle,
    imapsieve,
    inprogress,
    jmapaccess,
    language,
    list,  # noqa: A004 - it is the command's name
    mailboxes,
    messagelimit,
    metadata,
    multisearch,
    namespace,
    notify,
    objectid,
    partial,
    proxyauth,
    qresync,
    quota,
    referrals,
    search,
    select,
    session,
    sort,
    status,
    store,
    thread,
    uidbatches,
    uidonly,
    xlist,
)

if TYPE_CHECKING:
    from imapkit.protocol.model import Extension

__all__ = ["ALL"]

ALL: tuple[Extension, ...] = (
    *session.EXTENSIONS,
    *auth.EXTENSIONS,
    *enable.EXTENSIONS,
    *id.EXTENSIONS,
    *compress.EXTENSIONS,
    *namespace.EXTENSIONS,
    *list.EXTENSIONS,
    *mailboxes.EXTENSIONS,
    *status.EXTENSIONS,
    *quota.EXTENSIONS,
    *acl.EXTENSIONS,
    *select.EXTENSIONS,
    *fetch.EXTENSIONS,
    *store.EXTENSIONS,
    *search.EXTENSIONS,
    *copy.EXTENSIONS,
    *expunge.EXTENSIONS,
    *append.EXTENSIONS,
    *idle.EXTENSIONS,
    *metadata.EXTENSIONS,
    *annotatemore.EXTENSIONS,
    *xlist.EXTENSIONS,
    *notify.EXTENSIONS,
    *appendlimit.EXTENSIONS,
    *jmapaccess.EXTENSIONS,
    *inprogress.EXTENSIONS,
    *imapsieve.EXTENSIONS,
    *language.EXTENSIONS,
    *referrals.EXTENSIONS,
    *proxyauth.EXTENSIONS,
    *applepush.EXTENSIONS,
    *condstore.EXTENSIONS,
    *esearch.EXTENSIONS,
    *partial.EXTENSIONS,
    *context.EXTENSIONS,
    *sort.EXTENSIONS,
    *thread.EXTENSIONS,
    *qresync.EXTENSIONS,
    *objectid.EXTENSIONS,
    *uidonly.EXTENSIONS,
    *uidbatches.EXTENSIONS,
    *messagelimit.EXTENSIONS,
    *filters.EXTENSIONS,
    *multisearch.EXTENSIONS,
)
