"""LOGIN-REFERRALS (RFC 2221) and MAILBOX-REFERRALS (RFC 2193): what is wanted is on another server.

The server says so with the response code REFERRAL and one or more URLs.  They are handed to the caller and never
followed from here: to send credentials where a server points is the caller's decision.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.list import ListCollector, ListResult
from imapkit.protocol.model import AUTHENTICATED, Code, Collector, Command, Effect, Extension
from imapkit.types.urls import ImapUrl

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Referral", "RemoteList", "RemoteLsub"]


@dataclass(frozen=True, slots=True)
class Referral(Code):
    """``[REFERRAL url...]``: where to look instead; the alternatives, as the server wrote them.

    >>> Referral(("IMAP://MIKE@SERVER2/",)).targets()[0].host
    'SERVER2'
    """

    urls: tuple[str, ...]

    @property
    def name(self) -> str:
        """REFERRAL."""
        return "REFERRAL"

    def targets(self) -> tuple[ImapUrl, ...]:
        """Those of the URLs that are IMAP URLs."""
        targets: list[ImapUrl] = []
        for url in self.urls:
            try:
                targets.append(ImapUrl.parse(url))
            except InvalidArgument:
                continue
        return tuple(targets)


# referral_response_code = "[" "REFERRAL" 1*(SPACE <url>) "]"
# The "]" of an IPv6 address in a URL is not the end: a space, or the end of the line, follows that one.
_URLS = re.compile(rb"[^\s\]].*?(?=\](?: |\Z))")


def _referral(cursor: Cursor) -> Referral:
    found = _URLS.match(cursor.text, cursor.pos)
    if found is None:
        raise cursor.error("a URL")
    cursor.pos = found.end()
    return Referral(tuple(found[0].decode("utf-8", "replace").split()))


@dataclass(frozen=True, slots=True)
class _RemoteCommand(Command[ListResult]):
    pattern: str = "*"
    reference: str = ""

    requires: ClassVar[tuple[str, ...]] = ("MAILBOX-REFERRALS",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """RLIST or RLSUB reference pattern."""
        out.word(self.name).list_pattern(self.reference).list_pattern(self.pattern)


@dataclass(frozen=True, slots=True)
class RemoteList(_RemoteCommand):
    """RLIST: LIST, with the mailboxes that are on other servers among them."""

    name: ClassVar[str] = "RLIST"

    def collector(self) -> Collector[ListResult]:
        """The mailboxes."""
        return ListCollector()

    def answers(self) -> frozenset[object]:
        """LIST."""
        return frozenset({"LIST"})


@dataclass(frozen=True, slots=True)
class RemoteLsub(_RemoteCommand):
    """RLSUB: LSUB, with the mailboxes that are on other servers among them."""

    name: ClassVar[str] = "RLSUB"

    def collector(self) -> Collector[ListResult]:
        """The mailboxes."""
        return ListCollector(is_lsub=True)

    def answers(self) -> frozenset[object]:
        """LSUB."""
        return frozenset({"LSUB"})


EXTENSIONS = (
    Extension(name="LOGIN-REFERRALS", rfc="RFC 2221", capabilities=("LOGIN-REFERRALS",), codes={"REFERRAL": _referral}),
    Extension(
        name="MAILBOX-REFERRALS",
        rfc="RFC 2193",
        capabilities=("MAILBOX-REFERRALS",),
        commands=(RemoteList, RemoteLsub),
    ),
)
