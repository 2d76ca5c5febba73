"""What a server offers, and what is contained in what."""

from __future__ import annotations

__all__ = ["IMPLIED_BY_REV2", "speaks_rev2", "supports", "value_of"]

# RFC 9051, appendix E: extensions that became part of IMAP4rev2.  Those of which only a part did are left out here:
# * BINARY: the FETCH side, and APPEND of a literal8; but decoding parts is required only with its own capability;
# * LIST-EXTENDED: all but LIST with several patterns (appendix C);
# * SPECIAL-USE: the attributes; but LIST has no such options (section 9, list-select-opt and return-option).
IMPLIED_BY_REV2 = frozenset(
    {
        "ENABLE",
        "ESEARCH",
        "IDLE",
        "LIST-STATUS",
        "LITERAL-",
        "MOVE",
        "NAMESPACE",
        "SASL-IR",
        "SEARCHRES",
        "STATUS=SIZE",
        "STATUS=DELETED",
        "UIDPLUS",
        "UNSELECT",
    }
)

# What contains what else: RFC 7162, 3.2.3, and draft-ietf-mailmaint-imap-objectid-bis.
_CONTAINED = {"CONDSTORE": "QRESYNC", "OBJECTID": "OBJECTID+"}


def speaks_rev2(capabilities: frozenset[str], enabled: frozenset[str]) -> bool:
    """Whether IMAP4rev2 is spoken: it was enabled, or it is all that the server speaks (RFC 9051, appendix A)."""
    return "IMAP4REV2" in enabled or ("IMAP4REV2" in capabilities and "IMAP4REV1" not in capabilities)


def supports(capabilities: frozenset[str], enabled: frozenset[str], name: str) -> bool:
    """Whether a server that announced `capabilities` takes what `name` stands for.

    A server that speaks both revisions behaves as IMAP4rev1 until IMAP4rev2 is enabled (RFC 9051, 6.3.1), so the
    extensions that IMAP4rev2 contains count only then, or where IMAP4rev2 is all it speaks.  ``IMAP4rev1`` counts until
    then: it stands for what IMAP4rev2 removed (RFC 9051, appendix E), which every other server takes.

    A name that ends in "=" stands for any value, as in ``RIGHTS=texk``; `value_of` tells which.

    >>> supports(frozenset({"IMAP4REV2"}), frozenset(), "MOVE")
    True
    >>> supports(frozenset({"IMAP4REV2", "IMAP4REV1"}), frozenset(), "MOVE")
    False
    >>> supports(frozenset({"IMAP4REV2", "IMAP4REV1"}), frozenset({"IMAP4REV2"}), "IMAP4rev1")
    False
    """
    name = name.upper()
    if name == "IMAP4REV1":
        return not speaks_rev2(capabilities, enabled)
    if name in capabilities or (name.endswith("=") and value_of(capabilities, name) is not None):
        return True
    if _CONTAINED.get(name) in capabilities:
        return True
    return name in IMPLIED_BY_REV2 and speaks_rev2(capabilities, enabled)


def value_of(capabilities: frozenset[str], name: str) -> str | None:
    """What follows the name of a capability such as ``APPENDLIMIT=``, in upper case (but for URLs).

    >>> value_of(frozenset({"IMAP4REV1", "APPENDLIMIT=1024"}), "APPENDLIMIT=")
    '1024'
    """
    name = name.upper()
    return next(
        (capability.removeprefix(name) for capability in sorted(capabilities) if capability.startswith(name)), None
    )
