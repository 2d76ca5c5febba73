"""What `quick` makes cannot be told from what the class makes."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, replace

import pytest

from imapkit.protocol.extensions.list import Listed
from imapkit.protocol.wire.quick import quick
from imapkit.types.bodystructure import Disposition, Multipart, Part
from imapkit.types.envelope import Envelope, EnvelopeAddress

PART = ("1.2", "text", "plain", ((b"charset", b"utf-8"),), Disposition("inline"))
MADE = (
    (quick(Part)(*PART, size=5), Part(*PART, size=5)),
    (quick(Multipart)("", "multipart", "mixed"), Multipart("", "multipart", "mixed")),
    (quick(Disposition)("inline"), Disposition("inline")),
    (quick(Envelope)(b"now"), Envelope(b"now")),
    (quick(EnvelopeAddress)(b"Ann", None, b"ann", b"a"), EnvelopeAddress(b"Ann", None, b"ann", b"a")),
    (quick(Listed)(("\\Sent",), "/", "Sent"), Listed(("\\Sent",), "/", "Sent")),
)


@pytest.mark.parametrize(("one", "other"), MADE, ids=[type(other).__name__ for _, other in MADE])
def test_it_is_the_same(one: Part, other: Part) -> None:
    assert type(one) is type(other)
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == repr(other)
    assert asdict(one) == asdict(other)
    assert replace(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == other


@pytest.mark.parametrize("one", [one for one, _ in MADE], ids=[type(one).__name__ for one, _ in MADE])
def test_it_is_frozen(one: Part) -> None:
    name = next(iter(asdict(one)))
    with pytest.raises(FrozenInstanceError):
        setattr(one, name, "x")
    with pytest.raises(FrozenInstanceError):
        delattr(one, name)
    with pytest.raises((AttributeError, TypeError)):
        one.other = "x"  # type: ignore[attr-defined]


def test_arguments_are_those_of_the_class() -> None:
    with pytest.raises(TypeError, match="type"):
        quick(Part)("1")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        quick(Disposition)("inline", colour="red")  # type: ignore[call-arg]


def test_names_and_addresses_are_decoded_once() -> None:
    ann = quick(EnvelopeAddress)(b"=?utf-8?q?Ann?=", None, b"ann", b"a")
    assert ann.name is ann.name == "Ann"
    assert ann.address is ann.address == "ann@a"
    assert not hasattr(ann, "nickname")
