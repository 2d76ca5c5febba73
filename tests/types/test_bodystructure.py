from __future__ import annotations

import copy
import pickle

import pytest

from imapkit.types.bodystructure import Disposition, Multipart, Parameters, Part, SharedParameters, walk
from imapkit.types.defects import Defect
from imapkit.types.envelope import Envelope


def part(section: str = "1", kind: tuple[str, str] = ("text", "plain"), **fields: object) -> Part:
    return Part(section, *kind, **fields)  # type: ignore[arg-type]


def test_content_type() -> None:
    assert part().content_type == "text/plain"
    assert Multipart("", "multipart", "mixed").content_type == "multipart/mixed"


def test_the_defaults() -> None:
    leaf = part()
    assert (leaf.encoding, leaf.size, leaf.lines, leaf.md5, leaf.envelope, leaf.message) == ("7bit", *[None] * 5)
    assert (leaf.disposition, leaf.languages, leaf.location, leaf.defects) == (None, (), None, ())
    assert (leaf.parameters, leaf.charset, leaf.filename, leaf.content_id, leaf.description) == (
        {},
        None,
        None,
        None,
        "",
    )
    assert Multipart("", "multipart", "mixed").parts == ()


def test_parameters_are_decoded() -> None:
    raw: Parameters = ((b"CHARSET", b"utf-8"), (b"name*0*", b"utf-8''%C3%A4"), (b"NAME*1", b".txt"), (b"x", None))
    assert part(raw_parameters=raw).parameters == {"charset": "utf-8", "name": "ä.txt"}
    assert Multipart("", "multipart", "mixed", ((b"Boundary", b"b"),)).parameters == {"boundary": "b"}


def test_what_many_parts_share_nobody_changes() -> None:
    shared = SharedParameters([(b"CHARSET", b"utf-8"), (b"NAME", b"a.txt")])
    one, other = part(raw_parameters=shared), part("2", raw_parameters=shared)
    never_read = pickle.dumps(one)
    one.parameters["charset"] = "x"
    with pytest.raises(TypeError):
        shared.decoded["charset"] = "x"  # type: ignore[index]
    assert other.parameters == {"charset": "utf-8", "name": "a.txt"}
    assert pickle.dumps(one) == never_read
    for again in (pickle.loads(never_read), copy.copy(one), copy.deepcopy(one)):
        assert again == one
        assert again.charset == "utf-8"


@pytest.mark.parametrize(
    ("raw", "charset"),
    [(b"utf-8", "utf-8"), (b'"utf-8"', "utf-8"), (b" utf-8 ", "utf-8"), (b'""', None), (b"", None)],
)
def test_charset(raw: bytes, charset: str | None) -> None:
    assert part(raw_parameters=((b"charset", raw),)).charset == charset


NAMED: Parameters = ((b"name", b"type.txt"),)


@pytest.mark.parametrize(
    ("disposition", "parameters", "filename"),
    [
        (None, (), None),
        (None, NAMED, "type.txt"),
        (None, ((b"name", b""),), None),
        (Disposition("inline"), NAMED, "type.txt"),
        (Disposition("attachment", ((b"filename", b"a.txt"),)), NAMED, "a.txt"),
        (Disposition("attachment", ((b"filename", b""),)), NAMED, "type.txt"),
        (Disposition("attachment", ((b"FILENAME", b"=?utf-8?q?=C3=A4.txt?="),)), (), "ä.txt"),
        (Disposition("attachment", ((b"filename*", b"utf-8''%C3%A4.txt"),)), (), "ä.txt"),
    ],
)
def test_filename(disposition: Disposition | None, parameters: Parameters, filename: str | None) -> None:
    assert part(disposition=disposition, raw_parameters=parameters).filename == filename


@pytest.mark.parametrize(
    ("raw", "content_id"),
    [(None, None), (b"", None), (b"<a@b>", "a@b"), (b" <a@b>\r\n", "a@b"), (b"a@b", "a@b")],
)
def test_content_id(raw: bytes | None, content_id: str | None) -> None:
    assert part(raw_id=raw).content_id == content_id


@pytest.mark.parametrize(("raw", "text"), [(None, ""), (b"a picture", "a picture"), (b"=?utf-8?q?=C3=A4?=", "ä")])
def test_description(raw: bytes | None, text: str) -> None:
    assert part(raw_description=raw).description == text


class TestWalk:
    def test_one_part(self) -> None:
        assert [each.section for each in walk(part())] == ["1"]

    def test_parents_come_first_and_messages_stay_closed(self) -> None:
        inner = Multipart("2.2", "multipart", "mixed", parts=(part("2.2.1"), part("2.2.2")))
        message = part("2", ("message", "rfc822"), message=inner, envelope=Envelope())
        alternative = Multipart("1", "multipart", "alternative", parts=(part("1.1"), part("1.2")))
        whole = Multipart("", "multipart", "mixed", parts=(alternative, message, part("3")))
        assert [each.section for each in walk(whole)] == ["", "1", "1.1", "1.2", "2", "3"]

    def test_no_depth_is_too_deep(self) -> None:
        structure: Part | Multipart = part()
        for _ in range(10_000):
            structure = Multipart("", "multipart", "mixed", parts=(structure,))
        assert sum(1 for _ in walk(structure)) == 10_001
        while isinstance(structure, Multipart):  # take it apart: Python frees what is nested by recursion
            structure = structure.parts[0]


def nested(levels: int) -> Part | Multipart:
    structure: Part | Multipart = part(raw_parameters=NAMED, defects=(Defect("odd"),))
    for level in range(levels):
        if level % 2:
            structure = Multipart("", "multipart", "mixed", parts=(structure, part("2")))
        else:
            structure = part("1", ("message", "rfc822"), message=structure, envelope=Envelope(raw_subject=b"x"))
    return structure


@pytest.mark.parametrize("levels", [0, 1, 2, 100])
def test_they_are_values_down_to_the_limit_of_nesting(levels: int) -> None:
    structure = nested(levels)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(structure, protocol))
        assert again == structure
        assert hash(again) == hash(structure)
    assert copy.copy(structure) == structure
    assert repr(again) == repr(structure)
    assert structure != nested(levels + 1)
