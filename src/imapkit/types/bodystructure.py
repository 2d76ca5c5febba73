"""The tree of a message's MIME parts, as the server parsed it (RFC 9051, 7.5.2, BODYSTRUCTURE)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from imapkit.mime import headers, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imapkit.types.defects import Defect
    from imapkit.types.envelope import Envelope

__all__ = ["BodyStructure", "Disposition", "Multipart", "Parameters", "Part", "SharedParameters", "walk"]

Parameters: TypeAlias = tuple[tuple[bytes, bytes | None], ...]
"""Parameter names and values as they came."""


class SharedParameters(tuple[tuple[bytes, "bytes | None"], ...]):  # noqa: SLOT001 - a tuple can have no slots
    """Parameters of many parts, such as ``charset=utf-8``, which are decoded once."""

    _decoded: MappingProxyType[str, str] | None = None

    @property
    def decoded(self) -> MappingProxyType[str, str]:
        """Names in lower case to decoded values."""
        decoded = self._decoded
        if decoded is None:
            decoded = self._decoded = MappingProxyType(parameters.decode_parameters(self))
        return decoded

    def __reduce__(self) -> tuple[type[SharedParameters], tuple[Parameters]]:
        return SharedParameters, (tuple(self),)


def _decoded(raw: Parameters) -> MappingProxyType[str, str] | dict[str, str]:
    if isinstance(raw, SharedParameters):
        return raw.decoded
    return parameters.decode_parameters(raw) if raw else {}


@dataclass(frozen=True, slots=True)
class Disposition:
    """Content-Disposition (RFC 2183): ``"attachment"`` or ``"inline"``, in lower case."""

    kind: str
    raw_parameters: Parameters = ()


@dataclass(frozen=True, slots=True)
class _Structure:
    section: str
    """What the part is called in a FETCH: ``"1.2"``; ``""`` for a message that is a multipart."""
    type: str
    """The media type's first half, in lower case: ``"text"``."""
    subtype: str
    """Its second half, in lower case: ``"plain"``."""
    raw_parameters: Parameters = ()
    disposition: Disposition | None = None
    languages: tuple[str, ...] = ()
    location: str | None = None
    defects: tuple[Defect, ...] = ()

    @property
    def content_type(self) -> str:
        """``type/subtype``."""
        return f"{self.type}/{self.subtype}"

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of Content-Type, decoded (RFC 2231); names in lower case."""
        return _decoded(self.raw_parameters).copy()


@dataclass(frozen=True, slots=True)
class Part(_Structure):
    """A part without parts, or a whole message in a message (then `message` is its structure)."""

    encoding: str = "7bit"
    """Content-Transfer-Encoding in lower case."""
    size: int | None = None
    """Octets, encoded as they are."""
    lines: int | None = None
    raw_id: bytes | None = None
    raw_description: bytes | None = None
    md5: str | None = None
    envelope: Envelope | None = None
    message: BodyStructure | None = None

    @property
    def content_id(self) -> str | None:
        """Content-ID without its angle brackets."""
        return headers.decode_text(self.raw_id).strip().strip("<>") if self.raw_id else None

    @property
    def description(self) -> str:
        """Content-Description, decoded."""
        return headers.decode_text(self.raw_description) if self.raw_description else ""

    @property
    def charset(self) -> str | None:
        """The charset that a text claims, without the quotation marks some servers leave in."""
        charset = _decoded(self.raw_parameters).get("charset")
        return charset.replace('"', "").strip() or None if charset else None

    @property
    def filename(self) -> str | None:
        """The file name: from Content-Disposition, else from Content-Type."""
        if self.disposition is not None:
            name = _decoded(self.disposition.raw_parameters).get("filename")
            if name:
                return name
        return _decoded(self.raw_parameters).get("name") or None


@dataclass(frozen=True, slots=True)
class Multipart(_Structure):
    """A part made of parts."""

    parts: tuple[BodyStructure, ...] = ()


BodyStructure: TypeAlias = Part | Multipart


def walk(structure: BodyStructure) -> Iterator[BodyStructure]:
    """The structure itself and all below it, parents first; it does not enter a message inside a message."""
    waiting = [structure]
    while waiting:
        structure = waiting.pop()
        yield structure
        if isinstance(structure, Multipart):
            waiting += reversed(structure.parts)
