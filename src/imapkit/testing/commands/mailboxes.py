"""CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE (RFC 9051, 6.3.4 to 6.3.8; CREATE-SPECIAL-USE, RFC 6154)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing.commands import objectid
from imapkit.testing.features import Completion, Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.store import DELIMITER

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE", "SPECIAL_USES"]

# RFC 6154, 2; RFC 8457, 3; RFC 9979, 8.
_USES: Final = (
    *("All", "Archive", "Drafts", "Flagged", "Important", "Junk", "Sent", "Trash"),
    *("Memos", "Scheduled", "Snoozed"),
)
SPECIAL_USES: Final = {f"\\{use.lower()}": f"\\{use}" for use in _USES}
_LONGEST_NAME: Final = 1000


# create = "CREATE" SP mailbox [SP "(" "USE" SP "(" [use-attr *(SP use-attr)] ")" ")"]  (RFC 6154, 6; RFC 4466)
def _create(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    # A trailing delimiter says that names below it will follow (RFC 9051, 6.3.4).
    name = _new_name(arguments.mailbox().removesuffix(DELIMITER))
    uses: list[str] = []
    if arguments.spaces():
        for _ in arguments.items():
            if arguments.keyword() != "USE" or not session.supports("CREATE-SPECIAL-USE", "SPECIAL-USE"):
                raise Refused("Unknown parameter of CREATE", status="BAD")
            arguments.sp()
            uses += arguments.flags()
    request.end()
    unknown = [use for use in uses if use.lower() not in SPECIAL_USES]
    if unknown or len(uses) > 1:
        raise Refused("A mailbox can't have that special use", code="USEATTR")
    special_use = SPECIAL_USES[uses[0].lower()] if uses else None
    mailbox = session.namespace.create(name, special_use)
    return Completion(code=objectid.code_of(session, mailbox))


def _delete(session: ServerSession, request: Request) -> None:
    name = request.arguments.mailbox()
    request.end()
    view = session.selected
    session.namespace.delete(name)
    if view is not None and view.deleted:
        session.select(None)
        session.condition("OK", "The mailbox is deleted, and so no longer selected.", code="CLOSED")


def _rename(session: ServerSession, request: Request) -> Completion:
    old = request.arguments.mailbox()
    request.arguments.sp()
    new = _new_name(request.arguments.mailbox().removesuffix(DELIMITER))
    request.end()
    session.namespace.rename(old, new)
    renamed = session.namespace.listable().get(new)  # none, where it is but a branch of the hierarchy
    return Completion(code=None if renamed is None else objectid.code_of(session, renamed, renamed=True))


def _subscribe(session: ServerSession, request: Request) -> None:
    name = request.arguments.mailbox()
    request.end()
    session.namespace.find(name, "l")
    session.account.subscribe(name)


def _unsubscribe(session: ServerSession, request: Request) -> None:
    name = request.arguments.mailbox()
    request.end()
    # One may unsubscribe from what is gone (RFC 9051, 6.3.7: the server keeps such names).
    session.account.unsubscribe(name)


def _new_name(name: str) -> str:
    """Refuse what can be no mailbox (RFC 9051, 5.1): an empty component, a control character, a wildcard."""
    if not name or any(not part for part in name.split(DELIMITER)) or len(name) > _LONGEST_NAME:
        raise Refused("Invalid mailbox name: an empty or overlong part", code="CANNOT")
    if not name.isprintable() or not {"*", "%"}.isdisjoint(name):
        raise Refused("Invalid mailbox name: a character that can't be in it", code="CANNOT")
    return name


FEATURE = Feature(
    capabilities=("CREATE-SPECIAL-USE",),
    commands=(
        Handler("CREATE", _create),
        Handler("DELETE", _delete),
        Handler("RENAME", _rename),
        Handler("SUBSCRIBE", _subscribe),
        Handler("UNSUBSCRIBE", _unsubscribe),
    ),
)
