"""ID (RFC 2971): who is who, for statistics and bug reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.model import ANY_STATE, Collector, Command, Effect, Extension, Tagged, Untagged

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Id", "ServerId"]

ServerFields = Mapping[str, str | None]

_NOTHING: ServerFields = MappingProxyType({})
_MAX_FIELDS, _MAX_FIELD, _MAX_VALUE = 30, 30, 1024  # RFC 2971, 3.3


@dataclass(frozen=True, slots=True)
class ServerId(Untagged):
    """``* ID``: what the server says of itself; names in lower case."""

    fields: tuple[tuple[str, str | None], ...]


# id-response = "ID" SP ("(" [string SP nstring *(SP string SP nstring)] ")" / nil)
def _server_id(cursor: Cursor) -> ServerId:
    if cursor.peek() != ord("("):
        cursor.nstring()
        return ServerId(())
    values = [None if value is None else value.decode("utf-8", "replace") for value in cursor.list_of(cursor.nstring)]
    names = [(name or "").lower() for name in values[::2]]
    return ServerId(tuple(zip(names, values[1::2], strict=False)))


class _IdCollector(Collector[ServerFields]):
    def __init__(self) -> None:
        self._fields = _NOTHING

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, ServerId):
            return False
        self._fields = MappingProxyType(dict(response.fields))
        return True

    def finish(self, completion: Tagged) -> ServerFields:
        return self._fields


@dataclass(frozen=True, slots=True)
class Id(Command[ServerFields]):
    """ID: say who we are (or, without `fields`, nothing), hear who the server is."""

    fields: tuple[tuple[str, str], ...] = ()

    name = "ID"
    requires = ("ID",)
    states = ANY_STATE
    effects = Effect.NONE

    def write(self, out: Encoder) -> None:
        """ID (field value ...) or ID NIL."""
        if len(self.fields) > _MAX_FIELDS:
            raise InvalidArgument(f"ID takes at most {_MAX_FIELDS} fields (RFC 2971)")
        out.word("ID")
        if not self.fields:
            out.nstring(None)
            return
        out.open()
        for name, value in self.fields:
            if len(name) > _MAX_FIELD or len(value) > _MAX_VALUE:
                raise InvalidArgument(
                    f"the ID field {name!r} is too long (RFC 2971: 30 octets and 1,024 for its value)"
                )
            out.string(name).string(value)
        out.close()

    def collector(self) -> Collector[ServerFields]:
        """The server's fields by name."""
        return _IdCollector()

    def answers(self) -> frozenset[object]:
        """ID."""
        return frozenset({"ID"})


EXTENSIONS = (Extension(name="ID", rfc="RFC 2971", capabilities=("ID",), commands=(Id,), responses={"ID": _server_id}),)
