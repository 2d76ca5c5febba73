from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.types.rights import Right, Rights

LETTERS = st.text("lrswipkxtean0123456789q")


def test_a_set_of_letters() -> None:
    rights = Rights("lrl")
    assert rights == {"l", "r"}
    assert list(rights) == ["l", "r"]
    assert len(rights) == 2
    assert Right.READ in rights
    assert 7 not in rights
    assert rights.letters == "lr"
    assert not Rights()
    assert (str(Rights("9arl")), repr(Rights("rl"))) == ("lra9", "Rights('lr')")


@pytest.mark.parametrize("wrong", ["L", "lr w", "-w", "é", "l\r\n"])
def test_what_is_no_right(wrong: str) -> None:
    with pytest.raises(InvalidArgument, match="lower-case"):
        Rights(wrong)


@given(LETTERS, LETTERS)
def test_algebra(one: str, other: str) -> None:
    for left, right in ((Rights(one), Rights(other)), (Rights(one), set(other))):
        assert left & right == set(one) & set(other)
        assert left | right == set(one) | set(other)
        assert left - right == set(one) - set(other)
        assert left ^ right == set(one) ^ set(other)
        assert isinstance(left ^ right, Rights)
    assert (hash(Rights(one)) == hash(Rights(other))) is (set(one) == set(other))
    assert Rights(one) <= Rights(one + other)


class TestObsoleteRights:
    """RFC 4314, section 2.1.1."""

    @pytest.mark.parametrize(
        ("letters", "meaning"),
        [("lrswida", "lrswieta"), ("lrswc", "lrswk"), ("dt", "et"), ("cd", "kxet"), ("d", "et")],
    )
    def test_a_client_means_their_members(self, letters: str, meaning: str) -> None:
        assert Rights(letters) == set(meaning)
        assert Rights(letters).letters == letters

    @pytest.mark.parametrize(
        ("letters", "meaning"),
        [
            ("rwipslxcetda", "rwipslxeta"),  # Fred's in RFC 4314
            ("lrswikcdeta", "lrswiketa"),
            ("lrswipkxtecdan", "lrswipkxtean"),  # Cyrus
            ("lrwstipekxacd", "lrwstipekxa"),  # Dovecot
            ("acdilrsw", "akxetilrsw"),  # Courier speaks RFC 2086
            ("lrsd", "lrset"),
            ("lrsc", "lrsk"),
            ("lRé s", "ls"),
        ],
    )
    def test_a_server_lists_them_for_old_clients_or_is_old(self, letters: str, meaning: str) -> None:
        assert Rights.of_server(letters) == set(meaning)

    def test_their_members_may_stand_elsewhere_in_the_answer(self) -> None:
        assert not Rights.of_server("cd", beside="kxte")
        assert Rights.of_server("cd", beside="lr") == set("kxte")


@pytest.mark.parametrize("rights", [Rights(), Rights("lrd"), Rights.of_server("cd", beside="x")])
def test_pickling(rights: Rights) -> None:
    again = pickle.loads(pickle.dumps(rights))
    assert again == rights
    assert again.letters == rights.letters
