"""REPLACE (RFC 8508): a new version of a message in the place of the old one, at once and never twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.extensions.append import AppendUid, NewMessage, missing_for, write_message
from imapkit.protocol.model import SELECTED, Collector, Command, Condition, Effect, Extension, Tagged, Untagged
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.extensions.catenate import Catenation
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Replace"]


class _ReplaceCollector(Collector[AppendUid | None]):
    """APPENDUID comes untagged, ahead of the EXPUNGE (RFC 8508, 3.4); with the tagged OK it is taken, too."""

    def __init__(self) -> None:
        self._code: AppendUid | None = None

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Condition) or not isinstance(response.code, AppendUid):
            return False
        self._code = response.code
        return True

    def finish(self, completion: Tagged) -> AppendUid | None:
        return completion.code if isinstance(completion.code, AppendUid) else self._code


@dataclass(frozen=True, slots=True)
class Replace(Command[AppendUid | None]):
    """UID REPLACE (or REPLACE, without `by_uid`): put `message` into `mailbox`, and remove message `number` here.

    `mailbox` is mostly the one that is selected; another one makes it a move.
    """

    number: int
    mailbox: str
    message: NewMessage | Catenation
    by_uid: bool = True

    name = "REPLACE"
    requires = ("REPLACE",)
    states = SELECTED

    def disturbs(self) -> Effect:
        """By sequence number, nothing that may expunge goes beside it."""
        always = Effect.CHANGES_DATA | Effect.MAY_EXPUNGE
        return always if self.by_uid else always | Effect.USES_SEQUENCE_NUMBERS

    def write(self, out: Encoder) -> None:
        """[UID] REPLACE number mailbox [(flag...)] [date-time] literal."""
        out.word("UID REPLACE" if self.by_uid else "REPLACE")
        out.sequence_set(UidSet((self.number,))).mailbox(self.mailbox)
        write_message(out, self.message)

    def collector(self) -> Collector[AppendUid | None]:
        """Where the new one went, where the server tells it."""
        return _ReplaceCollector()

    def answers(self) -> frozenset[object]:
        """APPENDUID."""
        return frozenset({"APPENDUID"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """REPLACE; CATENATE and BINARY, where they are used."""
        return missing_for(self.message, supports) if supports("REPLACE") else "REPLACE"


EXTENSIONS = (Extension(name="REPLACE", rfc="RFC 8508", capabilities=("REPLACE",), commands=(Replace,)),)
