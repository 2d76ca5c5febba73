"""LIST (RFC 9051, 6.3.9) with all its options, LSUB (RFC 3501, 6.3.9), and XLIST, which Gmail had before RFC 6154.

A name may be in the tree without there being such a mailbox: a branch above one that is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from imapkit.testing import render
from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.store import DELIMITER, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox

__all__ = ["FEATURE", "send_list", "send_listed", "send_lsub"]

_SELECTION: Final = frozenset({"SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE"})
_RETURN: Final = frozenset({"SUBSCRIBED", "CHILDREN", "SPECIAL-USE"})
_XLIST_NAMES: Final = {"\\All": "\\AllMail", "\\Junk": "\\Spam", "\\Flagged": "\\Starred"}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a LIST asks for.  `beside` send the responses that shall come with each mailbox."""

    patterns: tuple[str, ...]
    selection: frozenset[str] = frozenset()
    returned: frozenset[str] = frozenset()
    beside: tuple[Callable[[StoredMailbox], None], ...] = ()
    extended: bool = False
    remote: frozenset[str] = frozenset()
    """The mailboxes on other servers that shall be listed, too."""

    def matches(self, name: str) -> bool:
        return any(_regex(pattern, name).fullmatch(name) for pattern in self.patterns)


def _list(session: ServerSession, request: Request) -> None:
    send_list(session, request)


# list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]
def send_list(session: ServerSession, request: Request, *, remote: Iterable[str] = ()) -> None:
    """Answer LIST; with the `remote` mailboxes, RLIST (RFC 2193)."""
    wanted = _wanted(session, request.arguments)
    request.end()
    wanted = replace(wanted, remote=wanted.remote.union(remote))
    if wanted.patterns == ("",):
        # "A special request to return the hierarchy delimiter" (RFC 9051, 6.3.9).
        session.untagged(b'LIST (\\Noselect) "/" ""')
        return
    mailboxes = session.namespace.listable()
    selected = set(_selected(session, mailboxes, wanted))
    for name in _with_branches(selected):
        below = [other for other in selected if within(other, name)] if wanted.selection else []
        if not wanted.matches(name):
            continue
        hidden_below = "RECURSIVEMATCH" in wanted.selection and any(not wanted.matches(other) for other in below)
        if wanted.selection and name not in selected and not hidden_below:
            continue
        children = [b'("CHILDINFO" ("SUBSCRIBED"))'] if "RECURSIVEMATCH" in wanted.selection and below else []
        _send(session, "LIST", name, _attributes(session, mailboxes, name, wanted), children)
        # RFC 8440, 4: not for a mailbox that is there for the sake of its children alone.
        if name in mailboxes and name in selected:
            for send in wanted.beside:
                send(mailboxes[name])


def _wanted(session: ServerSession, arguments: Cursor) -> _Wanted:
    selection: frozenset[str] = frozenset()
    extended = arguments.peek() == ord("(")
    if extended:
        selection = frozenset(arguments.list_of(arguments.keyword))
        _check_selection(session, selection)
        arguments.sp()
    reference = arguments.mailbox_name(arguments.astring())
    arguments.sp()
    if arguments.peek() == ord("("):
        extended = True
        patterns = arguments.list_of(arguments.astring)
    else:
        patterns = [arguments.astring()]
    returned, beside = _return_options(session, arguments)
    extended = extended or bool(returned)
    if extended and not session.rev2 and not session.supports("LIST-EXTENDED", "SPECIAL-USE", "LIST-STATUS"):
        raise Refused("Extended LIST is not offered here", status="BAD")
    if len(patterns) > 1 and not session.supports("LIST-EXTENDED"):  # RFC 9051, appendix C
        raise Refused("LIST with several patterns is not offered here", status="BAD")
    decoded = [arguments.mailbox_name(pattern) for pattern in patterns]
    # A pattern that begins at the root has no use for the reference.
    full = [pattern if pattern.startswith(DELIMITER) or not pattern else reference + pattern for pattern in decoded]
    # REMOTE: the LIST command's own way to show them (RFC 5258, 3.1).
    remote = frozenset(session.account.remote if "REMOTE" in selection else ())
    return _Wanted(tuple(full), selection, returned, beside, extended, remote)


def _options(session: ServerSession, known: frozenset[str]) -> frozenset[str]:
    """Those that are taken here; IMAP4rev2 has the attributes of SPECIAL-USE, and no options for them."""
    return known if session.supports("SPECIAL-USE") else known - {"SPECIAL-USE"}


def _check_selection(session: ServerSession, selection: frozenset[str]) -> None:
    unknown = selection - _options(session, _SELECTION)
    if unknown:
        raise Refused(f"Unknown selection option {' '.join(sorted(unknown))}", status="BAD")
    if "RECURSIVEMATCH" in selection and not selection - {"RECURSIVEMATCH", "REMOTE"}:
        raise Refused("RECURSIVEMATCH needs something to match", status="BAD")  # RFC 9051, 6.3.9.1


def _return_options(
    session: ServerSession, arguments: Cursor
) -> tuple[frozenset[str], tuple[Callable[[StoredMailbox], None], ...]]:
    if not arguments.spaces():
        return frozenset(), ()
    if arguments.keyword() != "RETURN":
        raise arguments.error("RETURN")
    arguments.sp()
    options: set[str] = set()
    beside: list[Callable[[StoredMailbox], None]] = []
    for _ in arguments.items():
        name = arguments.keyword()
        options.add(name)
        option = session.site.table.list_returns.get(name)
        if option is not None and (not option.requires or session.supports(*option.requires)):
            beside.append(option.read(session, arguments))
        elif name not in _options(session, _RETURN):
            raise Refused(f"Unknown return option {name}", status="BAD")
    return frozenset(options or {""}), tuple(beside)


def _selected(session: ServerSession, mailboxes: Mapping[str, StoredMailbox], wanted: _Wanted) -> Iterable[str]:
    """The names that fit all the selection options; all mailboxes where there are none."""
    names = set(mailboxes) | wanted.remote
    if "SUBSCRIBED" in wanted.selection:
        names = set(session.account.subscriptions)
    if "SPECIAL-USE" in wanted.selection:
        names = {name for name in names if name in mailboxes and _special_use(session, mailboxes[name])}
    return names


def _with_branches(names: Iterable[str]) -> list[str]:
    """The names and all branches above them, INBOX first."""
    every: set[str] = set()
    for name in names:
        parts = name.split(DELIMITER)
        every.update(DELIMITER.join(parts[:count]) for count in range(1, len(parts) + 1))
    return sorted(every, key=lambda name: (name != "INBOX", name))


def _attributes(
    session: ServerSession, mailboxes: Mapping[str, StoredMailbox], name: str, wanted: _Wanted
) -> list[str]:
    mailbox = mailboxes.get(name)
    attributes: list[str] = []
    if name in wanted.remote:
        attributes += ["\\Remote"] if "REMOTE" in wanted.selection else []
    elif mailbox is None:
        attributes.append("\\NonExistent" if wanted.extended or session.rev2 else "\\Noselect")
    if {"SUBSCRIBED"} & (wanted.selection | wanted.returned) and name in session.account.subscriptions:
        attributes.append("\\Subscribed")
    if "CHILDREN" in wanted.returned or session.supports("CHILDREN"):
        parent = any(within(other, name) for other in (*mailboxes, *wanted.remote))
        attributes.append("\\HasChildren" if parent else "\\HasNoChildren")
    if mailbox is not None and (session.rev2 or session.supports("SPECIAL-USE")):
        attributes += filter(None, [_special_use(session, mailbox)])
    return attributes


def _special_use(session: ServerSession, mailbox: StoredMailbox) -> str | None:
    """What it is for; another user's use of a mailbox is not this user's."""
    return mailbox.special_use if mailbox.account is session.account else None


def _send(session: ServerSession, kind: str, name: str, attributes: list[str], extended: list[bytes]) -> None:
    written = render.mailbox(name, utf8=session.utf8)
    session.untagged(kind.encode("ascii"), render.flags(attributes), b'"/"', written, *extended)


def send_listed(session: ServerSession, name: str, *, old_name: str | None = None, access: bool = True) -> None:
    r"""Send LIST for one name, unasked, as it is now (RFC 5465, 5.4); without `access`, \NoAccess is among it."""
    wanted = _Wanted((), returned=frozenset({"SUBSCRIBED", "CHILDREN"}), extended=True)
    attributes = _attributes(session, session.namespace.listable(), name, wanted)
    old = b"" if old_name is None else render.mailbox(old_name, utf8=session.utf8)
    extended = [b'("OLDNAME" (%s))' % old] if old else []
    _send(session, "LIST", name, [*attributes, *([] if access else ["\\NoAccess"])], extended)


def _lsub(session: ServerSession, request: Request) -> None:
    send_lsub(session, request)


# lsub = "LSUB" SP mailbox SP list-mailbox
def send_lsub(session: ServerSession, request: Request, *, remote: Iterable[str] = ()) -> None:
    """Answer LSUB; with the `remote` mailboxes, which count as subscribed, RLSUB (RFC 2193)."""
    wanted = _wanted(session, request.arguments)
    request.end()
    subscriptions = session.account.subscriptions.union(remote)
    for name in _with_branches(subscriptions):
        subscribed = name in subscriptions
        # Below "%" a subscribed mailbox shows in its branch (RFC 3501, 6.3.9).
        if wanted.matches(name) and (subscribed or any(pattern.endswith("%") for pattern in wanted.patterns)):
            _send(session, "LSUB", name, [] if subscribed else ["\\Noselect"], [])


def _xlist(session: ServerSession, request: Request) -> None:
    wanted = _wanted(session, request.arguments)
    request.end()
    mailboxes = session.namespace.listable()
    for name in _with_branches(mailboxes):
        if wanted.matches(name):
            attributes = [_XLIST_NAMES.get(each, each) for each in _attributes(session, mailboxes, name, wanted)]
            _send(session, "XLIST", name, [*attributes, *(["\\Inbox"] if name == "INBOX" else [])], [])


def _regex(pattern: str, name: str) -> re.Pattern[str]:
    """``*`` stands for anything, ``%`` for anything but the delimiter; INBOX has no case."""
    wildcards = {"*": ".*", "%": f"[^{DELIMITER}]*"}
    text = "".join(wildcards.get(character) or re.escape(character) for character in re.sub(r"\*+", "*", pattern))
    return re.compile(text, re.IGNORECASE | re.DOTALL if name == "INBOX" else re.DOTALL)


FEATURE = Feature(
    capabilities=("CHILDREN", "LIST-EXTENDED", "SPECIAL-USE", "XLIST"),
    commands=(
        Handler("LIST", _list),
        # RFC 9051, appendix E: LSUB is gone from IMAP4rev2, LIST (SUBSCRIBED) is there instead.
        Handler("LSUB", _lsub, requires=("IMAP4REV1",)),
        Handler("XLIST", _xlist, requires=("XLIST",)),
    ),
)
