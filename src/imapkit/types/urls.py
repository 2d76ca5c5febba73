"""imap:// URLs (RFC 5092), and the reference to a message that is written as one.

A URL names a server, a folder, the result of a search, a message, or a piece of one::

    imap://ann@imap.example.org/Archive/2026;UIDVALIDITY=385759045/;UID=20/;SECTION=1.2/;PARTIAL=0.1024
           |   |                |           |                      |       |            |
           user host            folder      must still hold        message its part     octets of that

The fields of `ImapUrl` are decoded; only ``str()`` and the parser know of percent-encoding, which in IMAP URLs is that
of UTF-8, whatever the server's own encoding of folder names. ``imaps://`` is no registered scheme, but everybody's
way to say port 993 and TLS from the first byte.

RFC 5092 leaves one thing unclear: its section 7.2 forbids relative-path references, its section 9 and RFC 4469
(CATENATE) use them. `ImapUrl.join()` resolves them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, final

from imapkit.errors import InvalidArgument
from imapkit.types.uids import MAX_NUMBER

__all__ = ["ImapUrl", "MessageRef"]

Scheme: TypeAlias = Literal["imap", "imaps"]

_MAX_PARTIAL = 2**63 - 1  # RFC 9051, section 9: number64

#   achar = unreserved / "!" / "$" / "'" / "(" / ")" / "*" / "+" / "," / "&" / "="      bchar = achar / ":" / "@" / "/"
_ACHAR = r"A-Za-z0-9._~!$'()*+,&=\-"
_NOT_ACHAR = re.compile(rf"[^{_ACHAR}]".encode())
_NOT_BCHAR = re.compile(rf"[^{_ACHAR}:@/]".encode())
_NOT_BCHAR_OR_SLASH = re.compile(rf"[^{_ACHAR}:@]".encode())
_NOT_UNRESERVED = re.compile(rb"[^A-Za-z0-9._~-]")

_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_ABSOLUTE = re.compile(r"(imaps?)://([^/?]*)([^?]*)(?:\?(.*))?", re.IGNORECASE | re.DOTALL)
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
#   iserver = [iuserinfo "@"] host [":" port]          iuserinfo = enc-user [iauth] / [enc-user] iauth
_USERINFO = re.compile(r"([^;]*)(?:;AUTH=(.*))?", re.IGNORECASE | re.DOTALL)
_HOST_PORT = re.compile(r"(?:\[([^\[\]]*:[^\[\]]*)\]|([^:\[\]]+))(?::([0-9]{0,5}))?")
_HOST = re.compile(r"[^\x00-\x20\x7f\"#%/:;<>?@\[\\\]^`{|}\ud800-\udfff]+")
_AUTH = re.compile(r"\*|[A-Z0-9_-]+")
_ANY_AUTH = re.compile("%2A", re.IGNORECASE)
#   imessagelist = imailbox-ref ["?" enc-search]       imessagepart = imailbox-ref iuid [isection] [ipartial]
_PATH = re.compile(
    r"""(?P<folder> [^;]* )
        (?: ;UIDVALIDITY= (?P<uidvalidity> [0-9]{1,10} ) )?
        (?: /;UID= (?P<uid> [0-9]{1,10} )
            (?: /;SECTION= (?P<section> [^;]* ) )?
            (?: /;PARTIAL= (?P<offset> [0-9]{1,19} ) (?: \. (?P<length> [0-9]{1,19} ) )? )?
            (?: (?: ;EXPIRE= (?P<expire> [^;]* ) )? ;URLAUTH= (?P<urlauth> [^;]* ) )?
        )?""",
    re.IGNORECASE | re.VERBOSE,
)
#   expire = ";EXPIRE=" date-time                      date-time: RFC 3339, section 5.6
_EXPIRE = re.compile(
    r"""[0-9]{4} - (?:0[1-9]|1[0-2]) - (?:0[1-9]|[12][0-9]|3[01])
        T (?:[01][0-9]|2[0-3]) : [0-5][0-9] : (?:[0-5][0-9]|60) (?: \.[0-9]+ )?
        (?: Z | [+-] (?:[01][0-9]|2[0-3]) : [0-5][0-9] )""",
    re.IGNORECASE | re.VERBOSE,
)
_URLAUTH = re.compile(
    rf"(?:(?:submit|user)\+[{_ACHAR}%]+|authuser|anonymous)(?::[A-Za-z0-9.-]+:[0-9A-Fa-f]{{32,}})?", re.IGNORECASE
)


@final
@dataclass(frozen=True, slots=True)
class ImapUrl:
    """An absolute IMAP URL (RFC 5092), decoded.

    `user` is whose folders are meant, `auth` a SASL mechanism or ``"*"`` for any. `partial` is (offset, length) in
    octets, the length `None` for the rest. `search` is what follows SEARCH in the command of that name. `urlauth` and
    `expire` (RFC 4467) are kept as they are written, since the token at the end of `urlauth` vouches for the very text
    of the URL: pass on the URL you were given rather than ``str()`` of it.

    Raises `InvalidArgument` for what no URL can say, such as a `section` without a `uid`. There is no place for a
    password: it belongs in `Password`.

    >>> url = ImapUrl.parse("imap://ann@imap.example.org/Entw%C3%BCrfe;UIDVALIDITY=7/;UID=20")
    >>> url.folder, url.uid
    ('Entwürfe', 20)
    >>> str(ImapUrl("imap.example.org", folder="R&D?", search="UNSEEN"))
    'imap://imap.example.org/R&D%3F?UNSEEN'
    """

    host: str
    port: int | None = None
    user: str | None = None
    auth: str | None = None
    folder: str | None = None
    uidvalidity: int | None = None
    uid: int | None = None
    section: str | None = None
    partial: tuple[int, int | None] | None = None
    search: str | None = None
    scheme: Scheme = "imap"
    expire: str | None = None
    urlauth: str | None = None

    def __post_init__(self) -> None:
        if self.scheme not in ("imap", "imaps"):
            raise InvalidArgument("the scheme of an IMAP URL is imap or imaps")
        self._check_server()
        self._check_texts()
        self._check_numbers()
        self._check_structure()

    def _check_server(self) -> None:
        if not (_is_ipv6(self.host) if ":" in self.host else _HOST.fullmatch(self.host)):
            raise InvalidArgument(f"not a host name or address: {self.host!r}")
        if self.port is not None and not _is_number(self.port, 1, 65535):
            # Not quoted: in "imap://ann:1234/56@host" it is half a password.
            raise InvalidArgument("the port is a number from 1 to 65535")
        if self.auth is not None:
            object.__setattr__(self, "auth", self.auth.upper())
            if not _AUTH.fullmatch(self.auth):
                raise InvalidArgument("auth is the name of a SASL mechanism, or '*' for any")

    def _check_texts(self) -> None:
        for name in ("user", "folder", "section", "search"):
            text: str | None = getattr(self, name)
            if text is not None and (not text or "\0" in text):
                raise InvalidArgument(f"{name} is empty or holds NUL: give None to leave it out")
        if self.urlauth is not None and not _URLAUTH.fullmatch(self.urlauth):
            raise InvalidArgument("urlauth is an access identifier with or without its token (RFC 4467, section 9)")
        if self.expire is not None and not _EXPIRE.fullmatch(self.expire):
            raise InvalidArgument("expire is a date and time of RFC 3339, such as 2026-08-05T20:02:00Z")

    def _check_numbers(self) -> None:
        for name in ("uidvalidity", "uid"):
            number: int | None = getattr(self, name)
            if number is not None:
                _check(name, number, 1, MAX_NUMBER)
        if self.partial is not None:
            offset, length = self.partial
            _check("the offset of partial", offset, 0, _MAX_PARTIAL)
            if length is not None:
                _check("the length of partial", length, 1, _MAX_PARTIAL)

    def _check_structure(self) -> None:
        if self.folder is None and (self.uidvalidity, self.uid, self.search) != (None, None, None):
            raise InvalidArgument("uidvalidity, uid and search are about a folder: give it too")
        if self.uid is None and (self.section, self.partial, self.urlauth) != (None, None, None):
            raise InvalidArgument("section, partial and urlauth are about a message: give its uid too")
        if self.uid is not None and self.search is not None:
            raise InvalidArgument("a URL names a message or a search, not both")
        if self.expire is not None and self.urlauth is None:
            raise InvalidArgument("expire limits urlauth: give it too")

    @classmethod
    def parse(cls, url: str) -> ImapUrl:
        """Read an absolute URL; `join()` reads relative ones.

        What RFC 5092 wants percent-encoded but cannot be mistaken, such as a space or an umlaut, may stand as it is.
        Raises `InvalidArgument` for anything that is no IMAP URL, and for a password; the message never quotes what
        stands where a password may be.
        """
        if _CONTROL.search(url) or "#" in url:
            raise InvalidArgument("an IMAP URL has no control characters and no '#': write them as %0D or %23")
        match = _ABSOLUTE.fullmatch(url)
        if not match:
            raise InvalidArgument("an IMAP URL begins with imap:// or imaps://")
        scheme, authority, path, search = match.groups()
        user, auth, host, port = _split_authority(authority)
        parts = _PATH.fullmatch(_without_dots(path)[1:])
        if not parts:
            raise InvalidArgument(
                "the path of an IMAP URL is /folder;UIDVALIDITY=n/;UID=n/;SECTION=s/;PARTIAL=n.n, in this order;"
                " other semicolons are written as %3B"
            )
        folder, section = parts["folder"], parts["section"]
        if not folder and (parts.end() or search):
            raise InvalidArgument("the URL names a message or a search, but no folder before it")
        return cls(
            host,
            port=port,
            user=user,
            auth=auth,
            folder=_decoded(folder) or None,
            uidvalidity=_number(parts["uidvalidity"]),
            uid=_number(parts["uid"]),
            section=None if section is None else _decoded(section),
            partial=None if parts["offset"] is None else (int(parts["offset"]), _number(parts["length"])),
            search=_decoded(search) if search else None,
            scheme="imaps" if scheme.lower() == "imaps" else "imap",
            expire=parts["expire"],
            urlauth=parts["urlauth"],
        )

    @classmethod
    def join(cls, base: ImapUrl | str, relative: str) -> ImapUrl:
        """Resolve a relative URL, as it stands in a message or a response, against the URL of where it stands.

        That is RFC 3986, section 5.2, with two things from RFC 5092, section 9: a reference that begins with
        ``;UID=`` or ``;SECTION=`` keeps the whole of the folder or the message before it, and a path that ends in
        ``..`` ends without a slash.

        >>> base = "imap://ann@imap.example.org/INBOX;UIDVALIDITY=7/;UID=20/;SECTION=1.2"
        >>> str(ImapUrl.join(base, ";SECTION=1.4"))
        'imap://ann@imap.example.org/INBOX;UIDVALIDITY=7/;UID=20/;SECTION=1.4'
        >>> str(ImapUrl.join(base, "/Sent/;UID=3"))
        'imap://ann@imap.example.org/Sent/;UID=3'
        """
        known = cls.parse(base) if isinstance(base, str) else base
        if _HAS_SCHEME.match(relative):
            return cls.parse(relative)
        if relative.startswith("//"):
            return cls.parse(f"{known.scheme}:{relative}")
        base_path, _, base_query = known.relative.partition("?")
        path, question_mark, query = relative.partition("?")
        if not path:
            path = base_path
            query = query if question_mark else base_query
        elif not path.startswith("/"):
            path = _merged(base_path, path)
        return cls.parse(f"{known._server}{path}?{query}")

    @property
    def default_port(self) -> int:
        """The port where none is given: 993 for imaps, 143 for imap."""
        return 993 if self.scheme == "imaps" else 143

    @property
    def relative(self) -> str:
        """The URL without its server, for those who know it: CATENATE wants it so (RFC 4469, RFC 5092, section 7.1)."""
        text = "/"
        if self.folder is not None:
            text += _encoded_folder(self.folder)
        if self.uidvalidity is not None:
            text += f";UIDVALIDITY={self.uidvalidity}"
        if self.uid is not None:
            text += f"/;UID={self.uid}"
        if self.section is not None:
            text += f"/;SECTION={_encoded(self.section, _NOT_BCHAR_OR_SLASH)}"
        if self.partial is not None:
            offset, length = self.partial
            text += f"/;PARTIAL={offset}" if length is None else f"/;PARTIAL={offset}.{length}"
        if self.expire is not None:
            text += f";EXPIRE={self.expire}"
        if self.urlauth is not None:
            text += f";URLAUTH={self.urlauth}"
        if self.search is not None:
            text += f"?{_encoded(self.search, _NOT_BCHAR)}"
        return text

    @property
    def message(self) -> MessageRef | None:
        """The message that the URL names, or names a part of; `None` where UIDVALIDITY or UID is missing."""
        if self.folder is None or self.uidvalidity is None or self.uid is None:
            return None
        return MessageRef(self.host, self.user or "", self.folder, self.uidvalidity, self.uid)

    @property
    def _server(self) -> str:
        user = "" if self.user is None else _encoded(self.user, _NOT_ACHAR)
        auth = "" if self.auth is None else f";AUTH={self.auth}"
        at = "@" if user or auth else ""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{user}{auth}{at}{_encoded_host(self.host)}{port}"

    def __str__(self) -> str:
        return self._server + self.relative


@final
@dataclass(frozen=True, slots=True)
class MessageRef:
    """Which message, for keeps: a UID with everything that gives it its meaning.

    It outlives the connection, and `str()` writes it as an imap:// URL, which `parse()` reads. Should the folder's
    UIDVALIDITY change, the reference is void, and using it raises `UidValidityChanged`.

    >>> ref = MessageRef("imap.example.org", "ann@example.org", "INBOX", 385759045, 20)
    >>> str(ref)
    'imap://ann%40example.org@imap.example.org/INBOX;UIDVALIDITY=385759045/;UID=20'
    >>> MessageRef.parse(str(ref)) == ref
    True
    """

    host: str
    user: str
    folder: str
    uidvalidity: int
    uid: int

    def __post_init__(self) -> None:
        _check("uidvalidity", self.uidvalidity, 1, MAX_NUMBER)
        _check("uid", self.uid, 1, MAX_NUMBER)

    @classmethod
    def parse(cls, url: str) -> MessageRef:
        """Read the URL of a whole message; how the server is reached (scheme, port, ``;AUTH=``) is no part of it.

        Raises `InvalidArgument` when the URL does not name one message together with its UIDVALIDITY.
        """
        parsed = ImapUrl.parse(url)
        message = parsed.message
        if message is None or (parsed.section, parsed.partial) != (None, None):
            raise InvalidArgument(
                "a reference to a message is imap://user@host/folder;UIDVALIDITY=n/;UID=n; ImapUrl.parse() reads others"
            )
        return message

    @property
    def url(self) -> ImapUrl:
        """The reference as a URL."""
        return ImapUrl(
            self.host, user=self.user or None, folder=self.folder, uidvalidity=self.uidvalidity, uid=self.uid
        )

    def __str__(self) -> str:
        return str(self.url)


def _is_number(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _check(name: str, value: object, least: int, most: int) -> None:
    if not _is_number(value, least, most):
        raise InvalidArgument(f"{name} is a number from {least} to {most}, not {value!r}")


def _is_ipv6(text: str) -> bool:
    # Not at module level: few URLs hold an address, and the module is slow to load.
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "\0" not in text


def _number(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def _decoded(text: str) -> str:
    if _BAD_ESCAPE.search(text):
        raise InvalidArgument("a '%' that begins no %XX: write it as %25")
    # Folder names come from modified UTF-7, that is from UTF-16: a lone surrogate is rare, but happens.
    octets = _ENCODED.sub(lambda match: bytes.fromhex(match[1].decode()), text.encode("utf-8", "surrogatepass"))
    try:
        return octets.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise InvalidArgument("percent-encoding in IMAP URLs is that of UTF-8 (RFC 5092, section 8)") from None


def _encoded(text: str, unsafe: re.Pattern[bytes]) -> str:
    return unsafe.sub(lambda match: b"%%%02X" % ord(match[0]), text.encode("utf-8", "surrogatepass")).decode()


def _encoded_folder(folder: str) -> str:
    text = _encoded(folder, _NOT_BCHAR)
    if text.startswith("/"):
        # "//" would begin the name of a server (RFC 5092, section 7.1).
        text = "%2F" + text[1:]
    return "/".join(
        # These would be taken for steps in the hierarchy (RFC 5092, section 7).
        segment.replace(".", "%2E") if segment in (".", "..") else segment
        for segment in text.split("/")
    )


def _encoded_host(host: str) -> str:
    if ":" not in host:
        return _encoded(host, _NOT_BCHAR)
    address, _, zone = host.partition("%")
    # RFC 6874: the zone follows an encoded "%".
    return f"[{address}%25{_encoded(zone, _NOT_UNRESERVED)}]" if zone else f"[{address}]"


def _split_authority(authority: str) -> tuple[str | None, str | None, str, int | None]:
    userinfo, _, server = authority.rpartition("@")
    if ":" in userinfo:
        raise InvalidArgument(
            "an IMAP URL holds no password (RFC 5092, section 3): take it out and give it as auth=Password(user, ...)"
        )
    if "@" in userinfo:
        raise InvalidArgument("two '@' before the path: in a user name it is written as %40")
    names, place = _USERINFO.fullmatch(userinfo), _HOST_PORT.fullmatch(server)
    if not names or not place:
        raise InvalidArgument("the server in an IMAP URL is user;AUTH=mechanism@host:port, or a part of that")
    user, auth = names.groups()
    address, host, port = place.groups()
    # RFC 5092, section 3.2: "%2A" is not the "*" that stands for any mechanism, so it is no mechanism at all.
    mechanism = auth if auth is None or _ANY_AUTH.search(auth) else _decoded(auth)
    return _decoded(user) or None, mechanism, _decoded(address or host), int(port) if port else None


def _merged(base: str, path: str) -> str:
    """Put a relative path in the place of the last segment of the base's (RFC 3986, section 5.2.3)."""
    # RFC 5092, section 9.1: ";UID=20" is in the folder that the base names, though the folder is its last segment.
    name = path.partition("=")[0].upper()
    if name == ";UID":
        stem = re.split("/;UID=", base, maxsplit=1)[0]
    elif name == ";SECTION":
        stem = re.split("/;(?:SECTION|PARTIAL)=", base, maxsplit=1)[0]
    else:
        stem = base.rpartition("/")[0]
    return f"{stem}/{path}"


def _without_dots(path: str) -> str:
    """Walk the steps "." and ".." (RFC 3986, section 5.2.4); the end of the walk leaves no slash behind."""
    segments: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(segment)
    return "/" + "/".join(segments)
