"""The strings that mechanisms are made of: checked before anything is sent, and never quoted in an error."""

from __future__ import annotations

from imapkit.errors import InvalidArgument

__all__ = ["saslname", "utf8"]


def utf8(text: str, what: str) -> bytes:
    r"""The octets of a user name or password; `InvalidArgument` for an empty one, a NUL or half a surrogate pair.

    >>> utf8("zoë", "user name")
    b'zo\xc3\xab'
    """
    if not text:
        raise InvalidArgument(f"the {what} is empty")
    if "\0" in text:
        raise InvalidArgument(f"the {what} contains a NUL character, which no SASL mechanism can carry")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InvalidArgument(f"the {what} contains an unpaired surrogate, which is no character") from None


def saslname(text: str, what: str) -> bytes:
    """A name inside a comma-separated message (RFC 5801, section 4): ``=`` and ``,`` are escaped.

    >>> saslname("a=b,c", "user name")
    b'a=3Db=2Cc'
    """
    return utf8(text, what).replace(b"=", b"=3D").replace(b",", b"=2C")
