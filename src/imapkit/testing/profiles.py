"""Which server this one behaves like: the capabilities that it offers, and all that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from imapkit.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = ["Profile", "ProfileName", "profile"]

ProfileName: TypeAlias = Literal["rfc9051", "dovecot", "gmail", "minimal", "everything"]

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
    # Gmail: a message is in All Mail and in the folder of each of its labels.
    "gmail": (
        "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE "
        "CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584 SASL-IR "
        "AUTH=XOAUTH2 AUTH=PLAIN AUTH=OAUTHBEARER"
    ),
    # What RFC 3501 asks of a server, and not one thing more.
    "minimal": "IMAP4rev1 AUTH=PLAIN",
}

# What "everything" goes without, as no server offers both of these and what is said to the right of them.
_ALTERNATIVES: Final = frozenset(
    {
        "LITERAL-",  # LITERAL+
        "UTF8=ONLY",  # UTF8=ACCEPT
        "I18NLEVEL=1",  # I18NLEVEL=2
        "XYMHIGHESTMODSEQ",  # CONDSTORE
    }
)
# What stands behind "=" where that is for the server to say; without any here, "everything" does not have it.
_VALUES: Final = {
    "RIGHTS=": "kxten",
    "IMAPSIEVE=": "sieve://localhost",
    "MESSAGELIMIT=": "1000",  # and so no SAVELIMIT
}


def _everything(known: Iterable[str]) -> Iterator[str]:
    for name in sorted(known, key=lambda name: (not name.startswith("IMAP4rev"), name)):
        if not name.endswith("="):
            yield from () if name in _ALTERNATIVES else (name,)
        elif name in _VALUES:
            yield name + _VALUES[name]


@dataclass(frozen=True, slots=True)
class Profile:
    """The capabilities of a server, in the order in which it lists them."""

    capabilities: tuple[str, ...]
    labels: bool = False
    """Whether folders are labels, as at Gmail (see `imapkit.testing.labels`)."""

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
    if name not in get_args(ProfileName):
        raise InvalidArgument(f"{name!r} is no profile: there are {', '.join(get_args(ProfileName))}")
    if isinstance(capabilities, str):
        raise InvalidArgument("capabilities are a list of names, not one string")
    if capabilities is None:
        capabilities = _everything(known) if name == "everything" else _CAPABILITIES[name].split()
    wanted = tuple(capabilities)
    built = {capability.upper(): capability for capability in known}
    # Where the name goes up to "=", any value may follow.
    unknown = [name for name in wanted if not {name.upper(), f"{name.partition('=')[0].upper()}="} & built.keys()]
    if unknown:
        raise InvalidArgument(
            f"this server cannot offer {', '.join(unknown)}; it knows {' '.join(sorted(built.values()))}"
        )
    made = Profile(wanted, labels=name == "gmail")
    if not made.names & {"IMAP4REV1", "IMAP4REV2"}:
        raise InvalidArgument("a server offers IMAP4rev1 or IMAP4rev2, or both")
    return made
