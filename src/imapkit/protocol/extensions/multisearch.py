"""MULTISEARCH (RFC 7377): one search through many mailboxes, none of which need be selected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.context import is_update
from imapkit.protocol.extensions.esearch import (
    ESearch,
    ReturnOption,
    SearchResult,
    missing_for_returns,
    write_returns,
)
from imapkit.protocol.extensions.search import search_effects, write_charset, write_query
from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Effect, Extension, Tagged, Untagged
from imapkit.types.query import Query, required_capabilities

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Found", "MultiSearch", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """Mailboxes to search (RFC 5465, 6; RFC 7377, 2.2).

    ``"selected"``; ``"personal"`` (all of the user's own), ``"inboxes"`` (those that mail is delivered to),
    ``"subscribed"``; or with `mailboxes`: ``"mailboxes"`` themselves, ``"subtree"`` (with everything below them) or
    ``"subtree-one"`` (with their children).
    """

    kind: Literal["selected", "personal", "inboxes", "subscribed", "mailboxes", "subtree", "subtree-one"]
    mailboxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one mailbox; `result` holds UIDs, which mean what they mean under this UIDVALIDITY."""

    mailbox: str
    uidvalidity: int | None
    result: SearchResult


class _FoundCollector(Collector[tuple[Found, ...]]):
    def __init__(self) -> None:
        self._found: list[Found] = []

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, ESearch) or response.tag != self.tag or response.mailbox is None:
            return False
        self._found.append(Found(response.mailbox, response.uidvalidity, response.result))
        return True

    def finish(self, completion: Tagged) -> tuple[Found, ...]:
        return tuple(self._found)

    def partial(self) -> object:
        return tuple(self._found) or None


_ALONE = {"selected", "personal", "inboxes", "subscribed"}
_WITH_MAILBOXES = {"mailboxes", "subtree", "subtree-one"}


@dataclass(frozen=True, slots=True)
class MultiSearch(Command[tuple[Found, ...]]):
    """ESEARCH: what `query` finds in these mailboxes, one `Found` for each in which it finds something.

    `returns` is as for `Search`.  SAVE and UPDATE are for the selected mailbox alone.  The server may stop when it has
    searched enough (code LIMIT of the completion).  Several may be in flight: each answer names its command.
    """

    query: Query
    sources: tuple[Source, ...]
    returns: tuple[ReturnOption, ...] = ()
    charset: str | None = "UTF-8"

    name = "ESEARCH"
    states = AUTHENTICATED

    def disturbs(self) -> Effect:
        """EXPUNGE may come; sequence numbers in the query are those of before."""
        return search_effects(self.query, by_uid=True)

    def write(self, out: Encoder) -> None:
        """ESEARCH IN (source...) [RETURN (option...)] [CHARSET charset] key..."""
        if not self.sources:
            raise InvalidArgument("no mailboxes to search: name a source")
        is_kept = any(option == "SAVE" or is_update(option) for option in self.returns)
        if is_kept and self.sources != (Source("selected"),):
            raise InvalidArgument("SAVE and UPDATE are for the selected mailbox alone (RFC 7377, 2.2)")
        out.word("ESEARCH").word("IN").open()
        for source in self.sources:
            _write_source(out, source)
        out.close()
        write_returns(out, self.returns, self.query)
        write_charset(out, self.charset, self.query)
        write_query(out, self.query)

    def collector(self) -> Collector[tuple[Found, ...]]:
        """What was found, mailbox by mailbox."""
        return _FoundCollector()

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """MULTISEARCH, and what `returns` and the query's keys need."""
        needed = ("MULTISEARCH", *sorted(required_capabilities(self.query)))
        lacking = next((name for name in needed if not supports(name)), None)
        return lacking or missing_for_returns(self.returns, supports)


def _write_source(out: Encoder, source: Source) -> None:
    if source.kind not in _ALONE | _WITH_MAILBOXES:
        raise InvalidArgument(f"{source.kind!r} is no kind of source")
    if bool(source.mailboxes) != (source.kind in _WITH_MAILBOXES):
        raise InvalidArgument(f"{source.kind!r} goes {'without' if source.mailboxes else 'with'} names of mailboxes")
    out.word(source.kind)
    if len(source.mailboxes) == 1:
        out.mailbox(source.mailboxes[0])
    elif source.mailboxes:
        out.open()
        for mailbox in source.mailboxes:
            out.mailbox(mailbox)
        out.close()


EXTENSIONS = (Extension(name="MULTISEARCH", rfc="RFC 7377", capabilities=("MULTISEARCH",), commands=(MultiSearch,)),)
