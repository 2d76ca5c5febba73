"""Runs `tests/vectors/*.toml`: what servers send and what it means, commands and how they are written.

The format is described in `tests/vectors/README.md`.
"""

from __future__ import annotations

import builtins
import datetime as dt
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import TypeAlias, TypeVar

import pytest

import imapkit.types
from imapkit.errors import InvalidArgument
from imapkit.protocol import extensions, model
from imapkit.protocol.dispatch import Dispatcher, Response
from imapkit.protocol.extensions.convert import Converted
from imapkit.protocol.extensions.fetch import Fetched, body_section
from imapkit.protocol.extensions.status import StatusData
from imapkit.protocol.extensions.uidonly import UidFetched
from imapkit.protocol.item_data import ItemData
from imapkit.protocol.model import Command, Extension, Item, Tagged, Untagged
from imapkit.protocol.wire.cursor import Cursor
from imapkit.protocol.wire.encoder import Dialect, Encoder, LiteralStream
from imapkit.protocol.wire.framer import Framed, Framer
from imapkit.types.urls import ImapUrl

DIRECTORY = Path(__file__).resolve().parent.parent / "vectors"

E = TypeVar("E")


@dataclass(frozen=True, kw_only=True)
class ResponseVector:
    """One response, and what it means."""

    name: str
    file: str
    raw: str
    parsed: str = "None"
    items: dict[str, str] | None = None
    keys: dict[str, str] = field(default_factory=dict[str, str])
    defects: list[str] = field(default_factory=list[str])
    utf8: bool = False
    of: str | None = None


@dataclass(frozen=True, kw_only=True)
class CommandVector:
    """One command, and how it is written, or why it is not."""

    name: str
    file: str
    python: str
    sent: str | None = None
    sent_utf8: str | None = None
    refused: str | None = None
    needs: str | None = None
    answer: str | None = None
    result: str | None = None
    of: str | None = None


@dataclass(frozen=True, kw_only=True)
class UrlVector:
    """One ``imap://`` URL, and what it means."""

    name: str
    file: str
    url: str
    python: str
    base: str | None = None
    of: str = "imap:// URLs"


def entries(table: str, kind: type[E]) -> list[E]:
    """All entries of one kind, from all files."""
    return [
        kind(**entry, file=path.stem)
        for path in sorted(DIRECTORY.glob("*.toml"))
        for entry in tomllib.loads(path.read_text("utf-8")).get(table, [])
    ]


RESPONSES = entries("response", ResponseVector)
COMMANDS = entries("command", CommandVector)
URLS = entries("url", UrlVector)


Vector: TypeAlias = ResponseVector | CommandVector | UrlVector
KINDS: tuple[Sequence[Vector], ...] = (RESPONSES, COMMANDS, URLS)


def identify(vector: Vector) -> str:
    return f"{vector.file}: {vector.name}"


# --- the names that expectations may use ----------------------------------------------------------------------


@dataclass(frozen=True)
class Like:
    """Stands for a value that cannot be made without a response: its type, and the attributes that count."""

    kind: type[ItemData]
    values: tuple[object, ...]

    def is_met_by(self, value: object) -> bool:
        return type(value) is self.kind and tuple(getattr(value, name) for name in COUNTING[self.kind]) == self.values


COUNTING: Mapping[type[ItemData], tuple[str, ...]] = {
    Fetched: ("seq",),
    UidFetched: ("uid",),
    Converted: ("seq", "tag"),
    StatusData: ("mailbox",),
}


def modules() -> Iterator[object]:
    for package in (extensions, imapkit.types):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)
    yield model


def vocabulary() -> dict[str, object]:
    """What `parsed`, `items`, `python` and `result` are written in.

    All that modules of extensions and types export, those modules by name (for what two of them export), and more.
    """
    names: dict[str, object] = {}
    ambiguous: set[str] = set()
    for module in modules():
        short = module.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
        if not hasattr(builtins, short):
            names.setdefault(short, module)
        for name in module.__all__:  # type: ignore[attr-defined]
            value = getattr(module, name)
            if names.setdefault(name, value) is not value:
                ambiguous.add(name)
            if inspect.isclass(value) and issubclass(value, ItemData):
                names[name] = lambda *values, kind=value: Like(kind, values)
    for name in ambiguous:
        del names[name]
    return names | {"dt": dt, "Cursor": Cursor, "LiteralStream": LiteralStream}


VOCABULARY = vocabulary()


def evaluate(expression: str) -> object:
    return eval(f"({expression})", dict(VOCABULARY))


# --- responses ------------------------------------------------------------------------------------------------

PROTOTYPES: dict[str, Item[object]] = {
    item.key: item
    for item in (
        body_section(),
        *(item for each in extensions.ALL for item in (*each.fetch_items, *each.status_items)),
    )
}


def item_for(key: str, vector: ResponseVector) -> Item[object]:
    """The item that reads what a response calls `key`: any section, any origin."""
    if key in vector.keys:
        item = evaluate(vector.keys[key])
        assert isinstance(item, Item)
        return item
    general = re.sub(r"\[.*\]", "[]", re.sub(r"<\d+>$", "", key))
    return replace(PROTOTYPES[key if key in PROTOTYPES else general], key=key)


def frame(*chunks: bytes) -> list[Framed]:
    framer = Framer()
    responses: list[Framed] = []
    for chunk in chunks:
        framer.feed(chunk)
        while (framed := framer.next()) is not None:
            responses.append(framed)
    assert not framer.within_response
    return responses


def interpret(framed: Framed, vector: ResponseVector) -> Response | None:
    """Parse it, compare all there is in it."""
    dispatcher = Dispatcher(extensions.ALL)
    dispatcher.utf8 = vector.utf8
    response = dispatcher.parse(framed)
    defects = dispatcher.defects
    expected = evaluate(vector.parsed)
    if isinstance(expected, Like):
        assert expected.is_met_by(response), response
        assert isinstance(response, ItemData)
        assert vector.items is not None, "say what its items are"
        assert list(response.names()) == list(vector.items)
        for key, value in vector.items.items():
            got, wanted = response.get(item_for(key, vector)), evaluate(value)
            assert (type(got), got) == (type(wanted), wanted), key
        defects = list(response.defects)
    else:
        assert vector.items is None
        assert (type(response), response) == (type(expected), expected)
    assert [defect.message for defect in defects] == vector.defects
    return response


@pytest.mark.parametrize("vector", RESPONSES, ids=identify)
class TestResponses:
    def test_whole(self, vector: ResponseVector) -> None:
        (framed,) = frame(vector.raw.encode("latin-1"))
        interpret(framed, vector)
        assert framed.raw() + b"\r\n" == vector.raw.encode("latin-1")

    def test_byte_by_byte_and_split_at_every_position(self, vector: ResponseVector) -> None:
        raw = vector.raw.encode("latin-1")
        whole = frame(raw)
        in_bytes = frame(*(raw[at : at + 1] for at in range(len(raw))))
        assert in_bytes == whole
        interpret(in_bytes[0], vector)
        for at in range(1, len(raw)):
            assert frame(raw[:at], raw[at:]) == whole

    def test_behind_another_and_before_a_third(self, vector: ResponseVector) -> None:
        raw = vector.raw.encode("latin-1")
        (whole,) = frame(raw)
        neighbour = b"* 7 FETCH (BODY[] {3}\r\n}\r\n)\r\n"
        (other,) = frame(neighbour)
        assert frame(neighbour + raw + raw + neighbour) == [other, whole, whole, other]


# --- commands -------------------------------------------------------------------------------------------------

LITERAL = re.compile(rb"\{(\d+)\}\r\n\|")
LIMITS = {"": -1, "LITERAL-": 4096, "LITERAL+": 1024 * 1024}


def written(command: Command[object], dialect: Dialect) -> bytes:
    """What is sent, with "|" where the server's "+" must come first."""
    out = Encoder(dialect)
    command.write(out)
    sent = b""
    for segment in out.finish():
        data = segment.data if isinstance(segment.data, bytes) else b"".join(segment.data.chunks)
        sent += b"|" + data if segment.waits else data
    return sent


def expected(sent: bytes, literals: str) -> bytes:
    """How a command is written that is `sent` with synchronizing literals, where some of them may fly (RFC 7888)."""

    def fly(announcement: re.Match[bytes]) -> bytes:
        return b"{%b+}\r\n" % announcement[1] if int(announcement[1]) <= LIMITS[literals] else announcement[0]

    return LITERAL.sub(fly, sent)


def command_of(vector: CommandVector) -> Command[object]:
    command = evaluate(vector.python)
    assert isinstance(command, Command)
    return command


@pytest.mark.parametrize("literals", LIMITS)
@pytest.mark.parametrize("utf8", [False, True], ids=["", "utf8"])
@pytest.mark.parametrize("vector", [vector for vector in COMMANDS if vector.refused is None], ids=identify)
def test_a_command_is_written(vector: CommandVector, utf8: bool, literals: str) -> None:
    dialect = Dialect(literal_plus=literals == "LITERAL+", literal_minus=literals == "LITERAL-", utf8=utf8)
    assert vector.sent is not None
    sent = vector.sent.encode("latin-1")
    if utf8 and vector.sent_utf8 is not None:
        sent = vector.sent_utf8.encode("utf-8")
    assert written(command_of(vector), dialect) == expected(sent, literals)


@pytest.mark.parametrize("vector", [vector for vector in COMMANDS if vector.refused is not None], ids=identify)
def test_a_command_is_refused(vector: CommandVector) -> None:
    assert (vector.sent, vector.sent_utf8, vector.answer, vector.result) == (None, None, None, None)
    for utf8 in (False, True):
        with pytest.raises(InvalidArgument, match=vector.refused):
            command_of(vector).write(Encoder(Dialect(utf8=utf8)))


@pytest.mark.parametrize("vector", [vector for vector in COMMANDS if vector.refused is None], ids=identify)
def test_a_command_names_the_capability_that_it_needs(vector: CommandVector) -> None:
    command = command_of(vector)
    assert command.missing(lambda _: False) == vector.needs
    assert command.missing(lambda _: True) is None


@pytest.mark.parametrize("vector", [vector for vector in COMMANDS if vector.answer is not None], ids=identify)
def test_an_answer_gives_the_result(vector: CommandVector) -> None:
    """Its untagged responses in that order, then the completion of K1."""
    assert vector.answer is not None
    assert vector.result is not None
    answer = vector.answer.encode("latin-1")
    for chunks in ([answer], [answer[at : at + 1] for at in range(len(answer))]):
        collector = command_of(vector).collector()
        collector.tag = "K1"
        *untagged, completion = map(Dispatcher(extensions.ALL).parse, frame(*chunks))
        for response in untagged:
            if isinstance(response, Untagged):
                collector.claim(response)
        assert isinstance(completion, Tagged)
        assert (completion.tag, completion.status) == ("K1", "OK")
        assert collector.finish(completion) == evaluate(vector.result)


# --- URLs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", URLS, ids=identify)
def test_a_url_is_read_and_written(vector: UrlVector) -> None:
    url = evaluate(vector.python)
    if vector.base is None:
        assert ImapUrl.parse(vector.url) == url
        assert str(url) == vector.url
    else:
        assert ImapUrl.join(vector.base, vector.url) == url


# --- the vectors themselves -----------------------------------------------------------------------------------


def test_names_are_unique() -> None:
    for vectors in KINDS:
        names = [identify(vector) for vector in vectors]
        assert len(set(names)) == len(names)


def test_there_is_no_result_without_an_answer() -> None:
    assert not [identify(vector) for vector in COMMANDS if (vector.answer is None) != (vector.result is None)]


def test_each_field_is_used_somewhere() -> None:
    """What the format offers and no vector uses is not tested itself."""
    for vectors in KINDS:
        for each in fields(vectors[0]):
            assert any(getattr(vector, each.name) for vector in vectors), each.name


UNTAGGED = re.compile(r"\* (?:OK|NO|BAD|BYE|PREAUTH)(?= |\r)|\* (\d+ )?([^ \r\n]+)", re.IGNORECASE)
SECTION = re.compile(r"\[.*\].*")
CODE = re.compile(r"\S+ (?:OK|NO|BAD|BYE|PREAUTH) \[([^ \]]+)", re.IGNORECASE)


@cache
def shown() -> set[str]:
    """What the vectors show, in words that `wanted` uses too."""
    found: set[str] = set()
    for vector in RESPONSES:
        response = UNTAGGED.match(vector.raw)
        if response is not None and response[2] is not None:
            found.add(f"the response * {'n ' if response[1] else ''}{response[2].upper()}")
        code = CODE.match(vector.raw)
        if code is not None:
            found.add(f"the response code {code[1].upper()}")
        kind = "STATUS" if vector.parsed.startswith("StatusData") else "FETCH"
        found |= {f"the {kind} item {item_for(key, vector).key}" for key in vector.items or {}}
        found |= {f"the {kind} item {SECTION.sub('[]', key)}" for key in vector.items or {}}
    for vector in COMMANDS:
        if vector.refused is None:
            found.add(f"the command {type(command_of(vector)).__name__}")
    return found


def wanted(extension: Extension) -> list[str]:
    """What an extension adds and vectors must show."""
    return [
        *(f"the command {command.__name__}" for command in extension.commands),
        *(f"the response * {name}" for name in extension.responses),
        *(f"the response * n {name}" for name in extension.numbered),
        *(f"the response code {name}" for name in extension.codes),
        *(f"the FETCH item {item.key}" for item in extension.fetch_items),
        *(f"the STATUS item {item.key}" for item in extension.status_items),
    ]


@pytest.mark.parametrize("extension", extensions.ALL, ids=lambda extension: extension.name)
def test_vectors_show_all_that_an_extension_adds(extension: Extension) -> None:
    missing = [what for what in wanted(extension) if what not in shown()]
    assert not missing, f"tests/vectors/ lacks, for {extension.name} ({extension.rfc}): {', '.join(missing)}"


def named() -> set[str]:
    """The extensions that vectors say they are of."""
    return {vector.of for vectors in KINDS for vector in vectors if vector.of is not None}


@pytest.mark.parametrize(
    "extension", [each for each in extensions.ALL if not wanted(each)], ids=lambda extension: extension.name
)
def test_vectors_show_an_extension_that_adds_no_words_of_its_own(extension: Extension) -> None:
    """A command that needs its capability does, or a vector that says so."""
    needed = {vector.needs for vector in COMMANDS}
    assert extension.name in named() or needed.intersection(extension.capabilities), (
        f'tests/vectors/ has nothing of {extension.name} ({extension.rfc}): give one that shows it of = "..."'
    )


def test_vectors_are_of_extensions_that_there_are() -> None:
    assert named() <= {extension.name for extension in extensions.ALL}
