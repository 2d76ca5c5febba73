"""What works in any state: CAPABILITY, NOOP, LOGOUT and STARTTLS (RFC 9051, 6.1 and 6.2.1; RFC 3501)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import (
    ANY_STATE,
    NOT_AUTHENTICATED,
    Code,
    Collector,
    Command,
    Done,
    Effect,
    Extension,
    Tagged,
    Untagged,
)

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = [
    "EXTENSIONS",
    "Capabilities",
    "Capability",
    "CapabilityCode",
    "Logout",
    "Noop",
    "StartTls",
]


@dataclass(frozen=True, slots=True)
class Capabilities(Untagged):
    """``* CAPABILITY``: what the server offers, in upper case (but for URLs)."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class CapabilityCode(Code):
    """``[CAPABILITY ...]``: the same, told without being asked."""

    names: frozenset[str]

    @property
    def name(self) -> str:
        """CAPABILITY."""
        return "CAPABILITY"


# capability-data = "CAPABILITY" *(SP capability) SP "IMAP4rev2" *(SP capability)
# iCloud puts its host names among them, and it and others end the line in a space.
# A value that is a URL (IMAPSIEVE=, RFC 6785) means something in its own spelling alone.
def _names(octets: bytes) -> frozenset[str]:
    return frozenset(map(_folded, octets.decode("latin-1").split()))


def _folded(name: str) -> str:
    before, equals, value = name.partition("=")
    return before.upper() + equals + value if "://" in value else name.upper()


def _capabilities(cursor: Cursor) -> Capabilities:
    return Capabilities(_names(cursor.rest()))


def _capability_code(cursor: Cursor) -> CapabilityCode:
    end = cursor.text.find(b"]", cursor.pos)
    if end < 0:
        raise cursor.error("]")
    names = _names(cursor.text[cursor.pos : end])
    cursor.pos = end
    return CapabilityCode(names)


class _CapabilityCollector(Collector[frozenset[str]]):
    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Capabilities):
            return False
        self._names = response.names
        return True

    def finish(self, completion: Tagged) -> frozenset[str]:
        return self._names


@dataclass(frozen=True, slots=True)
class Capability(Command[frozenset[str]]):
    """CAPABILITY: ask what the server offers."""

    name = "CAPABILITY"
    states = ANY_STATE

    def write(self, out: Encoder) -> None:
        """CAPABILITY."""
        out.word("CAPABILITY")

    def collector(self) -> Collector[frozenset[str]]:
        """The names, in upper case."""
        return _CapabilityCollector()

    def answers(self) -> frozenset[object]:
        """CAPABILITY."""
        return frozenset({"CAPABILITY"})


@dataclass(frozen=True, slots=True)
class Noop(Command[None]):
    """NOOP: do nothing, but hear what is new."""

    name = "NOOP"
    states = ANY_STATE

    def write(self, out: Encoder) -> None:
        """NOOP."""
        out.word("NOOP")

    def collector(self) -> Collector[None]:
        """Nothing; what is new comes as events."""
        return Done()


@dataclass(frozen=True, slots=True)
class Logout(Command[None]):
    """LOGOUT: end the session; the server says BYE and closes."""

    name = "LOGOUT"
    states = ANY_STATE
    effects = Effect.BARRIER

    def write(self, out: Encoder) -> None:
        """LOGOUT."""
        out.word("LOGOUT")

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


@dataclass(frozen=True, slots=True)
class StartTls(Command[None]):
    """STARTTLS: go on under TLS.  The connection pauses at its OK until the TLS filter is in place."""

    name = "STARTTLS"
    requires = ("STARTTLS",)
    states = NOT_AUTHENTICATED
    effects = Effect.BARRIER | Effect.UPGRADES

    def write(self, out: Encoder) -> None:
        """STARTTLS."""
        out.word("STARTTLS")

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


EXTENSIONS = (
    Extension(
        name="IMAP4rev1",
        rfc="RFC 3501",
        capabilities=("IMAP4rev1",),
        commands=(Capability, Noop, Logout),
        responses={"CAPABILITY": _capabilities},
        codes={"CAPABILITY": _capability_code},
    ),
    Extension(name="IMAP4rev2", rfc="RFC 9051", capabilities=("IMAP4rev2",)),
    Extension(name="STARTTLS", rfc="RFC 9051, 6.2.1", capabilities=("STARTTLS",), commands=(StartTls,)),
    Extension(name="LITERAL+", rfc="RFC 7888", capabilities=("LITERAL+",)),
    Extension(name="LITERAL-", rfc="RFC 7888", capabilities=("LITERAL-",)),
)
