"""QRESYNC (RFC 7162): what happened to a mailbox while the client was away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.testing import render
from imapkit.testing.features import Feature, FetchModifier, SelectParameter
from imapkit.testing.refusal import Refused
from imapkit.testing.updates import fetch_answer, flag_items
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.features import Fetching
    from imapkit.testing.session import ServerSession
    from imapkit.testing.view import View

__all__ = ["FEATURE"]


def _insist_on_enable(session: ServerSession) -> None:
    if "QRESYNC" not in session.enabled:
        raise Refused("ENABLE QRESYNC first", status="BAD")  # RFC 7162, 3.2.3


# select-param       =/ "QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"
# seq-match-data     = "(" known-sequence-set SP known-uid-set ")"
def _parameter(session: ServerSession, arguments: Cursor) -> Callable[[View], None]:
    _insist_on_enable(session)
    arguments.sp()
    arguments.expect(b"(")
    uidvalidity = arguments.number()
    arguments.sp()
    since = arguments.number64()
    uids: UidSet | None = None
    matches = (UidSet(), UidSet())
    while arguments.spaces():
        if arguments.peek() == ord("("):
            if "UIDONLY" in session.enabled:  # RFC 9586, 3.7
                raise Refused("UIDONLY is enabled: there are no numbers to match", code="UIDREQUIRED", status="BAD")
            matches = _matches(arguments)
        else:
            uids = arguments.uid_set()
    arguments.expect(b")")
    if not uidvalidity or not since:
        raise Refused("UIDVALIDITY and mod-sequence are not 0", status="BAD")

    def tell(view: View) -> None:
        # Of a mailbox with another UIDVALIDITY the client knows nothing (RFC 7162, 3.2.5).
        if view.mailbox.uidvalidity == uidvalidity:
            _tell(session, view, since, uids, _known_up_to(view, matches))

    return tell


def _matches(arguments: Cursor) -> tuple[UidSet, UidSet]:
    """Sequence numbers, and the UIDs that they had; as many of both, and in the same order."""
    arguments.expect(b"(")
    numbers = arguments.uid_set()  # neither has "*" in it (RFC 7162, 7)
    arguments.sp()
    uids = arguments.uid_set()
    arguments.expect(b")")
    if len(numbers) != len(uids):
        raise Refused("As many sequence numbers as UIDs are needed", status="BAD")
    return numbers, uids


def _known_up_to(view: View, matches: tuple[UidSet, UidSet]) -> int:
    """The highest UID up to which the client knows who is gone: there its numbers are still right (3.2.5.2)."""
    known = 0
    for number, uid in zip(*matches, strict=True):
        if number > len(view.messages):
            break
        if view.messages[number - 1].uid == uid:
            known = uid
    return known


def _tell(session: ServerSession, view: View, since: int, uids: UidSet | None, known: int) -> None:
    wanted = range(1, view.mailbox.uidnext) if uids is None else uids
    _send_vanished(session, [uid for uid in _gone_since(view, since, wanted) if uid > known])
    for message in view.messages:
        if message.modseq > since and message.uid in wanted:
            fetch_answer(session, message, flag_items(session, message), uid=True)


# fetch-modifier =/ "VANISHED"
def _vanished(session: ServerSession, _arguments: Cursor, fetching: Fetching) -> None:
    _insist_on_enable(session)
    if not fetching.uid:
        raise Refused("VANISHED is for UID FETCH alone", status="BAD")
    fetching.first.append(_tell_vanished)


def _tell_vanished(session: ServerSession, fetching: Fetching) -> None:
    if fetching.since is None:
        raise Refused("VANISHED goes with CHANGEDSINCE", status="BAD")
    _send_vanished(session, _gone_since(session.view, fetching.since, session.view.uids_meant(fetching.numbers)))


def _gone_since(view: View, since: int, wanted: Container[int]) -> list[int]:
    """Those that are gone, but for those that this client still sees: of them it is told in their turn."""
    seen = {message.uid for message in view.messages}
    tombstones = view.mailbox.tombstones.items()
    return [uid for uid, modseq in tombstones if modseq > since and uid not in seen and uid in wanted]


def _send_vanished(session: ServerSession, uids: list[int]) -> None:
    if uids:
        session.untagged(b"VANISHED (EARLIER)", render.numbers(uids))


FEATURE = Feature(
    capabilities=("QRESYNC",),
    fetch_modifiers={"VANISHED": FetchModifier(_vanished, ("QRESYNC",))},
    select_parameters={"QRESYNC": SelectParameter(_parameter, ("QRESYNC",))},
    enables=("QRESYNC",),
)
