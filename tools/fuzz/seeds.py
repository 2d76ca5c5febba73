"""What to begin with: the vectors and examples of the tests, and the words of the protocol."""

from __future__ import annotations

import builtins
import datetime as dt
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import cast

import imapkit.types
from imapkit.errors import InvalidArgument
from imapkit.protocol import extensions, model
from imapkit.protocol.model import Command, Extension
from imapkit.protocol.wire.encoder import Dialect, Encoder, LiteralStream
from tools import bootstrap
from tools.fuzz.inputs import MARK

__all__ = ["commands", "dictionary", "responses", "sent", "urls"]

_TESTS = bootstrap.ROOT / "tests"


@cache
def _vectors(table: str) -> tuple[dict[str, str], ...]:
    """The entries of one kind in tests/vectors, the servers' quirks among them."""
    files = sorted((_TESTS / "vectors").glob("*.toml"))
    return tuple(entry for file in files for entry in tomllib.loads(file.read_text("utf-8")).get(table, ()))


def responses() -> Iterator[bytes]:
    """Responses: those of the vectors, what their commands are answered, and the examples of the RFCs."""
    for vector in _vectors("response"):
        yield vector["raw"].encode("latin-1")
    for vector in _vectors("command"):
        if "answer" in vector:
            yield vector["answer"].encode("latin-1")
    for file in sorted((_TESTS / "protocol/rfc_examples").glob("*.txt")):
        lines = file.read_text("utf-8").splitlines()
        yield from (line.encode() + b"\r\n" for line in lines if not line.startswith("! "))


def urls() -> Iterator[bytes]:
    """IMAP URLs."""
    return (vector["url"].encode() for vector in _vectors("url"))


# Commands -------------------------------------------------------------------------------------------------------------


@cache
def commands() -> tuple[Command[object], ...]:
    """The commands of the vectors that can be sent."""
    names = _vocabulary()
    found = (eval(f"({vector['python']})", dict(names)) for vector in _vectors("command") if "refused" not in vector)
    return tuple(cast("Command[object]", command) for command in found if isinstance(command, Command))


def _vocabulary() -> dict[str, object]:
    """The names that expressions in vectors may use (tests/vectors/README.md)."""
    names: dict[str, object] = {"dt": dt, "LiteralStream": LiteralStream}
    ambiguous: set[str] = set()
    for package in (extensions, imapkit.types):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            short = found.name.rpartition(".")[2]
            if not hasattr(builtins, short):
                names.setdefault(short, module)
            for name in module.__all__:
                value = getattr(module, name)
                if names.setdefault(name, value) is not value:
                    ambiguous.add(name)
    names |= {name: getattr(model, name) for name in model.__all__}
    return {name: value for name, value in names.items() if name not in ambiguous}


def sent() -> Iterator[bytes]:
    """What a client sends: each command as one line (and its literals), the literals without waiting."""
    for command in commands():
        out = Encoder(Dialect(literal_plus=True))
        try:
            command.write(out)
        except InvalidArgument:  # a stream that has been read to its end by an earlier call, for one
            continue
        pieces = (segment.data for segment in out.finish())
        yield b"".join(piece if isinstance(piece, bytes) else b"x" * piece.size for piece in pieces) + b"\r\n"


# Words ----------------------------------------------------------------------------------------------------------------

_GRAMMAR: tuple[bytes, ...] = (
    *(b"* ", b"+ ", b"\r\n", b"(", b")", b"((", b"))", b"()", b" NIL", b'"', b'""', b'"\\"', b"\\", b"[", b"] "),
    *(b"*", b"%", b"{0}\r\n", b"{3}\r\n", b"{9}\r\n", b"{3+}\r\n", b"~{3}\r\n", b"{9999999999}\r\n"),
    *(b"{9223372036854775807}\r\n", b"* OK [", b"* NO [", b"* BAD ", b"* BYE ", b"* PREAUTH ", b"* 1 "),
    *(b"* 1 FETCH (", b"* STATUS x (", b"* LIST () ", b"K1 OK ", b"K2 OK ", b"K2 NO [", b"K3 OK ", b"K3 BAD "),
    *(b"K4 OK ", b"K5 OK ", b"a1 ", b"UID ", b"1:*", b"$", b"1,3:5", b"4294967295", b"4294967296"),
    *(b"9223372036854775807", b"9223372036854775808", b"0", b"-1", b"INBOX", b"utf-8", b"\\Seen", b"\\Deleted"),
    *(b"\\Noselect", b'"/"', b"TAG", b"CHARSET", b"RETURN (", b"BODY[", b"BODY.PEEK[", b"<0>", b"HEADER.FIELDS ("),
    *(b"TEXT", b"MIME", b"1.2", b'"text" "plain"', b'"message" "rfc822"', b' "7bit" 1', b'"mixed"'),
    *(b'("a" NIL "b" "c")', b'"17-Jul-1996 02:44:25 -0700"', b"Mon, 7 Feb 1994 21:52:25 -0800 (PST)", b" GMT"),
    *(b"=?utf-8?q?", b"=?utf-8?b?", b"=?iso-2022-jp?b?", b"=?utf-7?q?", b"?=", b"=\r\n", b"=3D", b"&-", b"&AOk-"),
    *(b"&2D3-", b"*0*=", b"*1=", b"utf-8''", b"%C3%A9", b"filename=", b"boundary=", b"; ", b"begin 644 x\r\n"),
    *(b"\r\n\r\n", b": ", b"imap://", b"imaps://", b";UIDVALIDITY=", b"/;UID=", b"/;SECTION=", b"/;PARTIAL="),
    *(b";AUTH=*@", b";URLAUTH=", b"[::1]", b"<pre>", b"<blockquote>", b"<li>", b"<br>", b"</p>", b"<!--", b"-->"),
    *(b"&amp;", b"&#x10ffff;", b"<style>", b"\xc3\xa9", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", MARK),
    *(b"IiwuLA== ", b"cj1mdXp6WCxzPWMyRnNkQT09LGk9NA== "),
)  # fmt: skip


def dictionary() -> str:
    """All words of the grammar, in the format of libFuzzer's dictionaries."""
    words = dict.fromkeys(word for extension in extensions.ALL for word in _words(extension))
    lines = (re.sub(rb"[^ !#-\[\]-~]", lambda octet: b"\\x%02X" % ord(octet[0]), word) for word in (*_GRAMMAR, *words))
    return "".join(f'"{line.decode("ascii")}"\n' for line in lines)


def _words(extension: Extension) -> Iterator[bytes]:
    items = (*extension.fetch_items, *extension.status_items)
    names = (
        *extension.capabilities,
        *(command.name for command in extension.commands),
        *extension.responses,
        *extension.numbered,
        *extension.codes,
        *(item.key for item in items),
    )
    return (name.encode("ascii") + b" " for name in names)
