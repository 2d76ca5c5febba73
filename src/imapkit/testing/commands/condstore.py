"""CONDSTORE (RFC 7162): mod-sequences.  STORE's UNCHANGEDSINCE and SEARCH's MODSEQ are with those commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing.features import Feature, FetchItem, FetchModifier, ItemParser, SelectParameter, StatusItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.features import Fetching
    from imapkit.testing.session import ServerSession
    from imapkit.testing.view import View

__all__ = ["CAPABILITIES", "FEATURE", "announce"]

CAPABILITIES: Final = ("CONDSTORE", "QRESYNC")
"""A server with QRESYNC has CONDSTORE, whether it says so or not (RFC 7162, 3.2.3)."""

_MODSEQ: Final = FetchItem(b"MODSEQ", lambda _session, message: b"(%d)" % message.modseq)


def announce(session: ServerSession) -> None:
    """The client knows of mod-sequences from now on; of the selected mailbox it has to hear the highest (3.1)."""
    if not session.condstore:
        session.condstore = True
        if session.selected is not None:
            session.condition("OK", "Highest", code=f"HIGHESTMODSEQ {session.selected.mailbox.modseq}")


def _parse_modseq(session: ServerSession, _arguments: Cursor) -> FetchItem:
    announce(session)
    return _MODSEQ


# fetch-modifier =/ "CHANGEDSINCE" SP mod-sequence-value
def _changed_since(session: ServerSession, arguments: Cursor, fetching: Fetching) -> None:
    arguments.sp()
    fetching.since = arguments.number64()
    announce(session)
    if not any(item.label == b"MODSEQ" for item in fetching.items):
        fetching.items.append(_MODSEQ)


# select-param =/ "CONDSTORE"
def _parameter(session: ServerSession, _arguments: Cursor) -> Callable[[View], None]:
    session.condstore = True
    return lambda _view: None


def _describe(session: ServerSession, view: View) -> None:
    if session.supports(*CAPABILITIES, "XYMHIGHESTMODSEQ"):
        session.condition("OK", "Highest", code=f"HIGHESTMODSEQ {view.mailbox.modseq}")


FEATURE = Feature(
    # XYMHIGHESTMODSEQ is Yahoo's: the number and nothing else of all this.
    capabilities=("CONDSTORE", "XYMHIGHESTMODSEQ"),
    fetch_items={"MODSEQ": ItemParser(_parse_modseq, CAPABILITIES)},
    fetch_modifiers={"CHANGEDSINCE": FetchModifier(_changed_since, CAPABILITIES)},
    status_items={"HIGHESTMODSEQ": StatusItem(lambda _, mailbox: b"%d" % mailbox.modseq, CAPABILITIES)},
    select_parameters={"CONDSTORE": SelectParameter(_parameter, CAPABILITIES)},
    enables=("CONDSTORE",),
    describes=_describe,
)
