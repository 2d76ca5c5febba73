"""CAPABILITY, NOOP, LOGOUT, ID, STARTTLS, COMPRESS and NAMESPACE: the session itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.channel.deflate import DeflateFilter
from imapkit.protocol.model import ANY_STATE, NOT_AUTHENTICATED
from imapkit.protocol.wire import mutf7
from imapkit.testing import render
from imapkit.testing.features import Completion, Feature, Handler, Request
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE", "send_namespaces"]

_ID = b'("name" "imapkit.testing" "support-url" NIL)'
_MOST_FIELDS = 30  # RFC 2971, 3.3


def _capability(session: ServerSession, request: Request) -> None:
    request.end()
    session.untagged(b"CAPABILITY", session.capability_list().encode("ascii"))


def _noop(session: ServerSession, request: Request) -> None:
    request.end()  # and that is all: what is to tell is told before every tagged response


def _logout(session: ServerSession, request: Request) -> Completion:
    request.end()
    session.select(None)
    session.condition("BYE", "Logging out")
    return Completion(then=session.close)


# id = "ID" SP id-params-list; id-params-list = "(" *(string SP nstring) ")" / nil  (RFC 2971, 4)
def _id(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    if arguments.peek() != ord("("):
        if arguments.keyword() != "NIL":
            raise arguments.error("a list or NIL")
    else:
        words = arguments.list_of(arguments.nstring)
        if len(words) > 2 * _MOST_FIELDS or len(words) % 2:
            raise Refused(f"ID takes pairs of strings, {_MOST_FIELDS} at most", status="BAD")
    request.end()
    session.untagged(b"ID", _ID)


def _starttls(session: ServerSession, request: Request) -> Completion:
    request.end()
    if not session.can_start_tls:
        raise Refused("TLS is active already, or not offered", status="BAD")
    return Completion("Begin TLS negotiation now.", then=session.start_tls)


# compress = "COMPRESS" SP "DEFLATE"  (RFC 4978, 4)
def _compress(session: ServerSession, request: Request) -> Completion:
    if request.arguments.keyword() != "DEFLATE":
        raise Refused("Unknown compression mechanism", status="BAD")
    request.end()
    if session.compressed:
        raise Refused("DEFLATE active already", code="COMPRESSIONACTIVE")

    def begin() -> None:
        session.compressed = True
        session.channel.push(DeflateFilter())

    return Completion("Begin compression.", then=begin)


def _namespace(session: ServerSession, request: Request) -> None:
    request.end()
    send_namespaces(session)


# namespace-trans = SP DQUOTE "TRANSLATION" DQUOTE SP "(" string ")"  (RFC 5255, 3.5)
def send_namespaces(session: ServerSession) -> None:
    """Send NAMESPACE, with the names in the language that is spoken."""
    others = b"NIL"
    if session.namespace.shares:
        name = session.language.other_users
        written = render.string(mutf7.encode_utf8(name) if session.utf8 else mutf7.encode(name), utf8=session.utf8)
        others = b'(("Other Users/" "/"%s))' % (b' "TRANSLATION" (%s)' % written if name else b"")
    session.untagged(b"NAMESPACE", b'(("" "/"))', others, b"NIL")


FEATURE = Feature(
    capabilities=("IMAP4rev1", "IMAP4rev2", "ID", "COMPRESS=DEFLATE", "NAMESPACE", "LITERAL+", "LITERAL-"),
    commands=(
        Handler("CAPABILITY", _capability, states=ANY_STATE),
        Handler("NOOP", _noop, states=ANY_STATE),
        Handler("LOGOUT", _logout, states=ANY_STATE),
        Handler("ID", _id, states=ANY_STATE, requires=("ID",)),
        Handler("STARTTLS", _starttls, states=NOT_AUTHENTICATED),
        Handler("COMPRESS", _compress, requires=("COMPRESS=DEFLATE",)),
        Handler("NAMESPACE", _namespace, requires=("NAMESPACE",)),
    ),
)
