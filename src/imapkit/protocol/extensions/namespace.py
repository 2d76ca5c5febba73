"""NAMESPACE (RFC 2342; RFC 9051, 6.3.10): where personal, other users' and shared mailboxes live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Effect, Extension, Tagged, Untagged
from imapkit.types.folders import Namespace, Namespaces

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "GetNamespaces", "NamespaceResponse"]


@dataclass(frozen=True, slots=True)
class NamespaceResponse(Untagged):
    """``* NAMESPACE``."""

    namespaces: Namespaces


# namespace = nil / "(" 1*namespace-descr ")"
def _namespace(cursor: Cursor) -> tuple[Namespace, ...]:
    if cursor.peek() != ord("("):
        cursor.nstring()
        return ()
    return tuple(cursor.list_of(lambda: _description(cursor)))


# namespace-descr = "(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil) [namespace-response-extensions] ")"
# namespace-response-extension = SP string SP "(" string *(SP string) ")"; TRANSLATION is of RFC 5255, 3.4
def _description(cursor: Cursor) -> Namespace:
    fields: list[bytes | None] = []
    translation: str | None = None
    tag = b""
    for place, _ in enumerate(cursor.items()):
        if place < 2:
            fields.append(cursor.nstring())
        elif place % 2 == 0:
            tag = cursor.astring().upper()
        elif tag == b"TRANSLATION" and cursor.peek() == ord("("):
            translation = "".join(cursor.list_of(cursor.mailbox)) or None
        else:
            cursor.skip_value()
    prefix, delimiter = (*fields, None, None)[:2]
    return Namespace(
        cursor.mailbox_name(prefix or b""),
        delimiter.decode("utf-8", "replace") if delimiter else None,
        translation,
    )


def _namespaces(cursor: Cursor) -> NamespaceResponse:
    kinds: list[tuple[Namespace, ...]] = []
    for _ in range(3):
        kinds.append(_namespace(cursor))
        cursor.spaces()
    return NamespaceResponse(Namespaces(personal=kinds[0], other_users=kinds[1], shared=kinds[2]))


class _NamespaceCollector(Collector[Namespaces]):
    def __init__(self) -> None:
        self._namespaces = Namespaces(personal=(), other_users=(), shared=())

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, NamespaceResponse):
            return False
        self._namespaces = response.namespaces
        return True

    def finish(self, completion: Tagged) -> Namespaces:
        return self._namespaces


@dataclass(frozen=True, slots=True)
class GetNamespaces(Command[Namespaces]):
    """NAMESPACE: prefixes and hierarchy delimiters."""

    name = "NAMESPACE"
    requires = ("NAMESPACE",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """NAMESPACE."""
        out.word("NAMESPACE")

    def collector(self) -> Collector[Namespaces]:
        """The three kinds."""
        return _NamespaceCollector()

    def answers(self) -> frozenset[object]:
        """NAMESPACE."""
        return frozenset({"NAMESPACE"})


EXTENSIONS = (
    Extension(
        name="NAMESPACE",
        rfc="RFC 2342",
        capabilities=("NAMESPACE",),
        commands=(GetNamespaces,),
        responses={"NAMESPACE": _namespaces},
    ),
)
