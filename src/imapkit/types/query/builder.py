"""`Q` and `where`: how queries are made.

Everything a method here takes is checked at once and refused with `InvalidArgument`. Text never holds CR, LF or NUL;
days are `datetime.date`, never `datetime`; sizes are octets, intervals seconds. Where a capability is named, a server
without it does not understand the query; `imapkit.types.query.required_capabilities` collects them.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003  (so that the hints of QueryArgs can be resolved)
from typing import TYPE_CHECKING, Final, Literal, TypedDict, cast, final

from imapkit.errors import InvalidArgument
from imapkit.types.query.arguments import flag_entry
from imapkit.types.query.keys import KEYS
from imapkit.types.query.tree import All, Arg, Key, Query, ReceivedAfter, ReceivedBefore, all_of, any_of
from imapkit.types.uids import UidSet, to_uid_set

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Unpack

    from imapkit.types.uids import Uids

__all__ = ["Q", "QueryArgs", "QueryBuilder", "where"]


@final
class QueryBuilder:
    """The type of `Q`, which is the only one; see there."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Q"

    def __reduce__(self) -> str:
        return "Q"

    # -- flags -------------------------------------------------------------------------------------------------------

    @property
    def all(self) -> Query:
        """Every message; ``~Q.all`` is none (RFC 9051, section 6.4.4, like all that name no other)."""
        return All()

    @property
    def seen(self) -> Query:
        r"""Messages that have been read: with ``\Seen``."""
        return Key("SEEN")

    @property
    def unseen(self) -> Query:
        r"""Messages that have not been read: without ``\Seen``."""
        return Key("UNSEEN")

    @property
    def answered(self) -> Query:
        r"""Messages that have been answered: with ``\Answered``."""
        return Key("ANSWERED")

    @property
    def unanswered(self) -> Query:
        r"""Messages without ``\Answered``."""
        return Key("UNANSWERED")

    @property
    def flagged(self) -> Query:
        r"""Messages marked as urgent or starred: with ``\Flagged``."""
        return Key("FLAGGED")

    @property
    def unflagged(self) -> Query:
        r"""Messages without ``\Flagged``."""
        return Key("UNFLAGGED")

    @property
    def deleted(self) -> Query:
        r"""Messages that the next expunge removes: with ``\Deleted``."""
        return Key("DELETED")

    @property
    def undeleted(self) -> Query:
        r"""Messages without ``\Deleted``."""
        return Key("UNDELETED")

    @property
    def draft(self) -> Query:
        r"""Drafts: with ``\Draft``."""
        return Key("DRAFT")

    @property
    def undraft(self) -> Query:
        r"""Messages without ``\Draft``."""
        return Key("UNDRAFT")

    @property
    def recent(self) -> Query:
        r"""Messages that this session is the first to see: with ``\Recent``. IMAP4rev1 only (RFC 3501, 6.4.4)."""
        return Key("RECENT")

    @property
    def new(self) -> Query:
        r"""Messages with ``\Recent`` and without ``\Seen``. IMAP4rev1 only (RFC 3501, 6.4.4)."""
        return Key("NEW")

    @property
    def old(self) -> Query:
        r"""Messages without ``\Recent``. IMAP4rev1 only (RFC 3501, 6.4.4)."""
        return Key("OLD")

    def keyword(self, flag: str) -> Query:
        """Messages with this keyword, such as ``"$Forwarded"`` or a `Flag`; system flags have their own names here."""
        return Key("KEYWORD", (flag,))

    def unkeyword(self, flag: str) -> Query:
        """Messages without this keyword."""
        return Key("UNKEYWORD", (flag,))

    # -- text --------------------------------------------------------------------------------------------------------

    def from_(self, text: str) -> Query:
        """Messages with `text` in the From field: in a name or an address, whatever the case."""
        return Key("FROM", (text,))

    def to(self, text: str) -> Query:
        """Messages with `text` in the To field."""
        return Key("TO", (text,))

    def cc(self, text: str) -> Query:
        """Messages with `text` in the Cc field."""
        return Key("CC", (text,))

    def bcc(self, text: str) -> Query:
        """Messages with `text` in the Bcc field, which mostly the sender's own copies have."""
        return Key("BCC", (text,))

    def subject(self, text: str) -> Query:
        """Messages with `text` in the Subject field."""
        return Key("SUBJECT", (text,))

    def body(self, text: str) -> Query:
        """Messages with `text` in the body; what counts as containing it is the server's choice (words, stems)."""
        return Key("BODY", (text,))

    def text(self, text: str) -> Query:
        """Messages with `text` in the header or the body; see `body`."""
        return Key("TEXT", (text,))

    def header(self, name: str, text: str = "") -> Query:
        """Messages with a header field called `name` that contains `text`; the empty text: that have the field at all.

        >>> print(Q.header("List-Id", "python-dev") | Q.header("List-Post"))
        OR HEADER List-Id "python-dev" HEADER List-Post ""
        """
        return Key("HEADER", (name, text))

    # -- days and moments --------------------------------------------------------------------------------------------

    def since(self, day: date) -> Query:
        """Messages received on `day` or later, by the server's INTERNALDATE, as it was written: in any timezone."""
        return Key("SINCE", (day,))

    def before(self, day: date) -> Query:
        """Messages received earlier than `day`."""
        return Key("BEFORE", (day,))

    def on(self, day: date) -> Query:
        """Messages received on `day`."""
        return Key("ON", (day,))

    def sent_since(self, day: date) -> Query:
        """Messages whose Date field says `day` or later, in the sender's timezone."""
        return Key("SENTSINCE", (day,))

    def sent_before(self, day: date) -> Query:
        """Messages whose Date field says earlier than `day`."""
        return Key("SENTBEFORE", (day,))

    def sent_on(self, day: date) -> Query:
        """Messages whose Date field says `day`."""
        return Key("SENTON", (day,))

    def received_after(self, moment: datetime) -> Query:
        """Messages received at `moment` (aware) or later, to the second: the opposite of `received_before`.

        IMAP knows only days here: the server is asked for the day before on, and what it finds is sifted.
        """
        return ReceivedAfter(moment)

    def received_before(self, moment: datetime) -> Query:
        """Messages received earlier than `moment` (aware), to the second; sifted like `received_after`."""
        return ReceivedBefore(moment)

    def younger(self, seconds: int) -> Query:
        """Messages received `seconds` ago (1 to 2**32 - 1) or later, by the server's clock. Needs WITHIN (RFC 5032)."""
        return Key("YOUNGER", (seconds,))

    def older(self, seconds: int) -> Query:
        """Messages received `seconds` ago (1 to 2**32 - 1) or earlier. Needs WITHIN (RFC 5032)."""
        return Key("OLDER", (seconds,))

    def saved_since(self, day: date) -> Query:
        """Messages that came into this folder on `day` or later. Needs SAVEDATE (RFC 8514)."""
        return Key("SAVEDSINCE", (day,))

    def saved_before(self, day: date) -> Query:
        """Messages that came into this folder earlier than `day`. Needs SAVEDATE (RFC 8514)."""
        return Key("SAVEDBEFORE", (day,))

    def saved_on(self, day: date) -> Query:
        """Messages that came into this folder on `day`. Needs SAVEDATE (RFC 8514)."""
        return Key("SAVEDON", (day,))

    @property
    def savedate_supported(self) -> Query:
        """All messages where the folder keeps save dates, else none. Needs SAVEDATE (RFC 8514)."""
        return Key("SAVEDATESUPPORTED")

    # -- numbers and ids ---------------------------------------------------------------------------------------------

    def larger(self, size: int) -> Query:
        """Messages of more than `size` octets (0 to 2**63 - 1)."""
        return Key("LARGER", (size,))

    def smaller(self, size: int) -> Query:
        """Messages of less than `size` octets (0 to 2**63 - 1)."""
        return Key("SMALLER", (size,))

    def uid(self, uids: Uids | str) -> Query:
        """Messages with these UIDs: a number, numbers, a `UidSet`, or text such as ``"1:3,7"``; of none: no message."""
        wanted = UidSet(uids) if isinstance(uids, str) else to_uid_set(uids)
        return Key("UID", (wanted,)) if wanted else ~All()

    def modseq(self, modseq: int, flag: str | None = None, who: Literal["priv", "shared", "all"] = "all") -> Query:
        r"""Messages whose mod-sequence is `modseq` (0 to 2**63 - 1) or greater. Needs CONDSTORE (RFC 7162, 3.1.5).

        With a `flag`, any but ``\Recent``, the mod-sequence of that flag counts: of the user's own (``"priv"``), of
        what all users share (``"shared"``), or the greater one. A server that keeps one for each message ignores
        both, and so does `Query.matches`.

        >>> print(Q.modseq(620162338, "\\Draft"))
        MODSEQ "/flags/\\Draft" all 620162338
        """
        if flag is not None:
            return Key("MODSEQ", (flag_entry("MODSEQ", flag), who, modseq))
        if who != "all":
            raise InvalidArgument(f"MODSEQ: {who!r} says whose flag counts, so name one")
        return Key("MODSEQ", (modseq,))

    def email_id(self, object_id: str) -> Query:
        """The message with this EMAILID, wherever it was copied. Needs OBJECTID (RFC 8474)."""
        return Key("EMAILID", (object_id,))

    def thread_id(self, object_id: str) -> Query:
        """The messages with this THREADID. Needs OBJECTID (RFC 8474)."""
        return Key("THREADID", (object_id,))

    # -- extensions --------------------------------------------------------------------------------------------------

    def fuzzy(self, query: Query) -> Query:
        """What matches `query` roughly, as the server sees fit. Needs SEARCH=FUZZY (RFC 6203)."""
        return Key("FUZZY", (query,))

    def filter(self, name: str) -> Query:
        """What matches the query that the server keeps under `name`. Needs FILTERS (RFC 5466)."""
        return Key("FILTER", (name,))

    def gmail(self, query: str) -> Query:
        """What Gmail's own search finds, such as ``"has:attachment in:unread"``. Needs X-GM-EXT-1."""
        return Key("X-GM-RAW", (query,))

    def key(self, name: str, *args: Arg) -> Query:
        """Any search key by its IMAP `name`, also one that imapkit does not know, such as ``Q.key("X-EXT", 7)``.

        The arguments of a known key (`KEYS`) are checked as usual; those of another are written as what they are: `str`
        as an astring, `bytes` as a string, `int` and sets as digits, `date` as a date, a query in parentheses.
        """
        return Key(name, args)

    # -- combinations ------------------------------------------------------------------------------------------------

    def all_of(self, queries: Iterable[Query]) -> Query:
        """The messages that all of `queries` match: ``&`` for many. Of no queries at all: every message."""
        return all_of(queries)

    def any_of(self, queries: Iterable[Query]) -> Query:
        """The messages that one of `queries` matches: ``|`` for many. Of no queries at all: no message.

        >>> Q.any_of(Q.from_(name) for name in ("ann", "bob"))
        Q.from_('ann') | Q.from_('bob')
        """
        return any_of(queries)


Q: Final = QueryBuilder()
"""Makes queries, which ``&``, ``|`` and ``~`` combine: ``Q.unseen & ~Q.from_("ann@example.org")``."""


class QueryArgs(TypedDict, total=False):
    r"""The keyword arguments of `where()`, called as in `Q`; a flag may be False (of ``seen``: without ``\Seen``)."""

    seen: bool
    answered: bool
    flagged: bool
    deleted: bool
    draft: bool
    from_: str
    to: str
    cc: str
    subject: str
    body: str
    text: str
    keyword: str
    since: date
    before: date
    on: date
    larger: int
    smaller: int
    gmail: str


_FLAGS = ("seen", "answered", "flagged", "deleted", "draft")
_KEYS = {spec.attribute: name for name, spec in KEYS.items() if spec.attribute in QueryArgs.__optional_keys__}


def where(*queries: Query, **kwargs: Unpack[QueryArgs]) -> Query:
    """All of it at once: the messages that every one of `queries` and `kwargs` asks for; of nothing: every message.

    Raises `InvalidArgument` for a keyword argument that it does not know, or whose value does not fit.

    >>> where(~Q.keyword("$Processed"), seen=False, from_="ann@example.org")
    ~Q.keyword('$Processed') & Q.unseen & Q.from_('ann@example.org')
    """
    return all_of((*queries, *(_one(name, value) for name, value in kwargs.items())))


def _one(name: str, value: object) -> Query:
    if name not in _KEYS:
        raise InvalidArgument(f"there is no search argument {name!r}{_advice(name)}")
    if name not in _FLAGS:
        return Key(_KEYS[name], (cast("Arg", value),))
    if not isinstance(value, bool):
        raise InvalidArgument(f"{name}: True or False is needed here, not {value!r}")
    return Key(_KEYS[name] if value else f"UN{_KEYS[name]}")


def _advice(name: str) -> str:
    from difflib import get_close_matches

    if hasattr(QueryBuilder, name) and not name.startswith("_"):
        return f": pass a query, Q.{name}"
    close = get_close_matches(name, _KEYS, n=1)
    return f": did you mean {close[0]!r}?" if close else f": there are {', '.join(_KEYS)}"
