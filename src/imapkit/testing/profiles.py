"""Which server this one behaves like: the capabilities that it offers, and all that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from imapkit.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["Profile", "ProfileName", "profile"]

ProfileName: TypeAlias = Literal["rfc9051", "dovecot", "minimal"]

_MECHANISMS: Final = (
    "AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-1 AUTH=SCRAM-SHA-256 AUTH=EXTERNAL AUTH=OAUTHBEARER "
    "AUTH=XOAUTH2 AUTH=ANONYMOUS"
)

_CAPABILITIES: Final = {
    # Dovecot 2.3, as far as it is built here.
    "dovecot": (
        "IMAP4rev1 SASL-IR ID ENABLE IDLE MULTIAPPEND UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED CONDSTORE "
        "ESEARCH SEARCHRES WITHIN LIST-STATUS BINARY MOVE PREVIEW STATUS=SIZE SAVEDATE LITERAL+ SPECIAL-USE "
        f"COMPRESS=DEFLATE {_MECHANISMS}"
    ),
    # IMAP4rev2 and nothing of IMAP4rev1: names are UTF-8 from the start, SEARCH answers with ESEARCH.
    "rfc9051": (
        "IMAP4rev2 ENABLE ID MULTIAPPEND CHILDREN CONDSTORE BINARY WITHIN PREVIEW SAVEDATE OBJECTID CREATE-SPECIAL-USE "
        "COMPRESS=DEFLATE AUTH=PLAIN AUTH=SCRAM-SHA-256 AUTH=OAUTHBEARER"
    ),
    # What RFC 3501 asks of a server, and not one thing more.
    "minimal": "IMAP4rev1 AUTH=PLAIN",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """The capabilities of a server, in the order in which it lists them."""

    capabilities: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """The capabilities in upper case."""
        return frozenset(map(str.upper, self.capabilities))

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The SASL mechanisms."""
        return tuple(name[5:].upper() for name in self.capabilities if name.upper().startswith("AUTH="))


def profile(name: str, capabilities: Iterable[str] | None, known: Collection[str]) -> Profile:
    """The profile of this name, with other `capabilities` where they are given; `known` are those that are built."""
    if name not in _CAPABILITIES:
        raise InvalidArgument(f"{name!r} is no profile: there are {', '.join(get_args(ProfileName))}")
    if isinstance(capabilities, str):
        raise InvalidArgument("capabilities are a list of names, not one string")
    wanted = tuple(_CAPABILITIES[name].split() if capabilities is None else capabilities)
    built = {capability.upper(): capability for capability in known}
    # Where the name goes up to "=", any value may follow.
    unknown = [name for name in wanted if not {name.upper(), f"{name.partition('=')[0].upper()}="} & built.keys()]
    if unknown:
        raise InvalidArgument(
            f"this server cannot offer {', '.join(unknown)}; it knows {' '.join(sorted(built.values()))}"
        )
    made = Profile(wanted)
    if not made.names & {"IMAP4REV1", "IMAP4REV2"}:
        raise InvalidArgument("a server offers IMAP4rev1 or IMAP4rev2, or both")
    return made
