"""ACL (RFC 4314): who may do what with a mailbox; MYRIGHTS as a return option of LIST (RFC 8440).

RIGHTS= tells which rights there are beside those of RFC 2086.  Without it the server is one of RFC 2086: it knows the
virtual rights "c" and "d" in the place of their parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.protocol.capabilities import value_of
from imapkit.protocol.sasl.saslprep import saslprep
from imapkit.protocol.wire.names import opaque, opaque_octets
from imapkit.testing import render
from imapkit.testing.features import Feature, Handler, ListReturn, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.rights import expanded, spelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox

__all__ = ["FEATURE"]

_RFC_2086: Final = frozenset("lrswipacd")
_REQUIRED_OF_OWNER: Final = "la"


def _known(session: ServerSession) -> frozenset[str]:
    return _RFC_2086 | set((value_of(session.site.profile.names, "RIGHTS=") or "").lower())


def _name(session: ServerSession, mailbox: StoredMailbox) -> bytes:
    return render.mailbox(session.namespace.name_of(mailbox), utf8=session.utf8)


def _identifier(arguments: Cursor) -> str:
    """Prepare an identifier (RFC 4314, 3); a dash in front of it is no part of what it names."""
    raw = opaque(arguments.astring())
    try:
        prepared = saslprep(raw.removeprefix("-"))
    except ValueError:
        prepared = ""
    if not prepared:
        raise Refused("This can be no identifier", status="BAD")
    return f"-{prepared}" if raw.startswith("-") else prepared


# setacl = "SETACL" SP mailbox SP identifier SP mod-rights; mod-rights = ["+" / "-"] rights
def _set_acl(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    name = arguments.mailbox()
    arguments.sp()
    identifier = _identifier(arguments)
    arguments.sp()
    change = arguments.astring().decode("latin-1")
    request.end()
    action = change[:1] if change[:1] in ("+", "-") else ""
    letters = change.removeprefix(action)
    unknown = [letter for letter in letters if letter not in _known(session)]
    if unknown:
        raise Refused(f"The right {unknown[0]!r} is not supported", status="BAD")
    mailbox = session.namespace.find(name, "a")
    given, old = expanded(letters), mailbox.acl.get(identifier, frozenset[str]())
    mailbox.grant(identifier, {"+": old | given, "-": old - given, "": given}[action])


# deleteacl = "DELETEACL" SP mailbox SP identifier
def _delete_acl(session: ServerSession, request: Request) -> None:
    name = request.arguments.mailbox()
    request.arguments.sp()
    identifier = _identifier(request.arguments)
    request.end()
    session.namespace.find(name, "a").grant(identifier, frozenset())


# acl-data = "ACL" SP mailbox *(SP identifier SP rights)
def _get_acl(session: ServerSession, request: Request) -> None:
    name = request.arguments.mailbox()
    request.end()
    mailbox = session.namespace.find(name, "a")
    known = _known(session)
    pairs = [
        render.atom_or_string(opaque_octets(identifier), utf8=session.utf8) + b" " + spelled(rights, known)
        for identifier, rights in mailbox.acl.items()
    ]
    session.untagged(b"ACL", _name(session, mailbox), *pairs)


# listrights-data = "LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights)
# Nothing is tied to anything, so each right, virtual ones too, stands by itself (RFC 4314, 2.1.1).
def _list_rights(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    name = arguments.mailbox()
    arguments.sp()
    at = arguments.pos
    asked = arguments.astring()
    request.end()
    arguments.pos = at
    identifier = _identifier(arguments)
    mailbox = session.namespace.find(name, "a")
    required = _REQUIRED_OF_OWNER if identifier == mailbox.account.user else ""
    optional = [right for right in "lrswipkxtecdan" if right in _known(session) and right not in required]
    session.untagged(
        b"LISTRIGHTS",
        _name(session, mailbox),
        render.atom_or_string(asked, utf8=session.utf8),  # as it was asked for (3.4)
        render.atom_or_string(required.encode("ascii")),
        *(right.encode("ascii") for right in optional),
    )


def _my_rights(session: ServerSession, request: Request) -> None:
    name = request.arguments.mailbox()
    request.end()
    mailbox = session.namespace.find(name, any_of="lrikxa")
    _send_my_rights(session, mailbox)


# myrights-data = "MYRIGHTS" SP mailbox SP rights
def _send_my_rights(session: ServerSession, mailbox: StoredMailbox) -> None:
    rights = spelled(session.namespace.rights(mailbox), _known(session))
    session.untagged(b"MYRIGHTS", _name(session, mailbox), rights)


# return-option =/ "MYRIGHTS"  (RFC 8440, 5)
def _beside_list(session: ServerSession, _arguments: Cursor) -> Callable[[StoredMailbox], None]:
    return lambda mailbox: _send_my_rights(session, mailbox)


FEATURE = Feature(
    capabilities=("ACL", "RIGHTS=", "LIST-MYRIGHTS"),
    commands=(
        Handler("GETACL", _get_acl, requires=("ACL",)),
        Handler("SETACL", _set_acl, requires=("ACL",)),
        Handler("DELETEACL", _delete_acl, requires=("ACL",)),
        Handler("LISTRIGHTS", _list_rights, requires=("ACL",)),
        Handler("MYRIGHTS", _my_rights, requires=("ACL",)),
    ),
    list_returns={"MYRIGHTS": ListReturn(_beside_list, ("LIST-MYRIGHTS",))},
)
