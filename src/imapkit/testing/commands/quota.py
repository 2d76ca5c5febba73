"""QUOTA (RFC 9208): how much of what is used, and how much may be.

Each user has one quota root, which all mailboxes of theirs count against.  Where no QUOTA=RES- capability is offered,
the server is one of RFC 2087: it knows STORAGE and MESSAGE, and SETQUOTA comes with QUOTA.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.protocol.wire.names import opaque, opaque_octets
from imapkit.testing import render
from imapkit.testing.features import Feature, Handler, Request, StatusItem
from imapkit.testing.quota import RESOURCES
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.quota import Quota
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox

__all__ = ["FEATURE"]

_CAPABILITIES: Final = tuple(f"QUOTA=RES-{resource}" for resource in RESOURCES)
_RFC_2087: Final = ("STORAGE", "MESSAGE")


def _resources(session: ServerSession) -> list[str]:
    return [name for name in RESOURCES if session.supports(f"QUOTA=RES-{name}")] or list(_RFC_2087)


# quota-response = "QUOTA" SP quota-root-name SP quota-list; quota-list = "(" quota-resource *(SP quota-resource) ")"
def _send(session: ServerSession, quota: Quota) -> None:
    triplets = [
        b"%s %d %d" % (name.encode("ascii"), _units(quota.usage(name), name), _units(quota.limits[name], name))
        for name in _resources(session)
        if name in quota.limits
    ]
    session.untagged(b"QUOTA", _root(quota), render.parenthesised(triplets))


def _root(quota: Quota) -> bytes:
    return render.string(opaque_octets(quota.root))


def _units(value: int, resource: str) -> int:
    return -(-value // RESOURCES[resource])


def _quota_of(session: ServerSession, root: str) -> Quota:
    """The quota of this root; that of others is nobody's business (RFC 9208, 8), except an administrator's."""
    for account in session.site.accounts.values():
        if account.quota.root == root and (account is session.account or session.account.administrator):
            return account.quota
    raise Refused("There is no such quota root", code="NONEXISTENT")


# getquota = "GETQUOTA" SP quota-root-name
def _get_quota(session: ServerSession, request: Request) -> None:
    root = opaque(request.arguments.astring())
    request.end()
    _send(session, _quota_of(session, root))


# getquotaroot = "GETQUOTAROOT" SP mailbox; the mailbox need not exist (RFC 9208, 4.1.2)
def _get_quota_root(session: ServerSession, request: Request) -> None:
    name = request.arguments.mailbox()
    request.end()
    account, local = session.namespace.locate(name)
    if account is not session.account or local in account.mailboxes:
        session.namespace.find(name, "r")  # what is used says something of what is in it (RFC 9208, 6)
    session.untagged(b"QUOTAROOT", render.mailbox(name, utf8=session.utf8), _root(account.quota))
    _send(session, account.quota)


# setquota = "SETQUOTA" SP quota-root-name SP "(" [setquota-resource *(SP setquota-resource)] ")"
# setquota-resource = resource-name SP resource-limit
def _set_quota(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    root = opaque(arguments.astring())
    arguments.sp()
    limits: dict[str, int] = {}
    for _ in arguments.items():
        name = arguments.keyword()
        arguments.sp()
        limits[name] = arguments.number64()
    request.end()
    if not session.supports("QUOTASET") and session.supports(*_CAPABILITIES):
        raise Refused("Quota is not to be set here", status="BAD")
    quota = _quota_of(session, root)
    unknown = limits.keys() - set(_resources(session))
    if unknown:
        raise Refused(f"There is no resource {' '.join(sorted(unknown))}", code="CANNOT")
    # "Any previous resource limits are discarded, even those not listed."
    quota.limits = {name: limit * RESOURCES[name] for name, limit in limits.items()}
    _send(session, quota)


def _deleted_storage(_session: ServerSession, mailbox: StoredMailbox) -> bytes:
    return b"%d" % sum(message.size for message in mailbox if "\\Deleted" in message.flags)


FEATURE = Feature(
    capabilities=("QUOTA", "QUOTASET", *_CAPABILITIES),
    commands=(
        Handler("GETQUOTA", _get_quota, requires=("QUOTA", *_CAPABILITIES)),
        Handler("GETQUOTAROOT", _get_quota_root, requires=("QUOTA", *_CAPABILITIES)),
        Handler("SETQUOTA", _set_quota, requires=("QUOTA", "QUOTASET")),
    ),
    status_items={"DELETED-STORAGE": StatusItem(_deleted_storage, ("QUOTA=RES-STORAGE",))},
)
