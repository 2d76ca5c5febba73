"""LANGUAGE and COMPARATOR: the examples of RFC 5255."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError, InvalidArgument, NotSupported
from imapkit.protocol.extensions.language import (
    Comparators,
    GetLanguages,
    Language,
    Languages,
    SetLanguage,
    UseComparator,
)
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.types.folders import Namespace, Namespaces
from tests.protocol.extensions.talking import ask, connect, talk, untagged

TRANSLATED = (
    b'* NAMESPACE (("" "/")) (("Other Users/" "/" "TRANSLATION" ("Andere Ben&APw-tzer/")))'
    b' (("Public Folders/" "/" "TRANSLATION" ("Gemeinsame Postf&AM8-cher/")))'
)
NAMESPACES = Namespaces(
    personal=(Namespace("", "/"),),
    other_users=(Namespace("Other Users/", "/", "Andere Benützer/"),),
    shared=(Namespace("Public Folders/", "/", "Gemeinsame PostfÏcher/"),),
)


def test_which_there_are() -> None:
    sent, languages = ask(GetLanguages(), b"* LANGUAGE (EN DE IT i-default)", capabilities="LANGUAGE")
    assert sent == b"LANGUAGE"
    assert languages == Languages(("EN", "DE", "IT", "i-default"))
    with pytest.raises(CommandError):
        ask(GetLanguages(), ok=b"NO Server is unable to enumerate supported languages", capabilities="LANGUAGE")


@pytest.mark.parametrize(
    ("ranges", "sent", "answer", "language"),
    [
        (("DE",), b"LANGUAGE DE", [b"* LANGUAGE (DE)", TRANSLATED], Language("DE", NAMESPACES)),
        (("default",), b"LANGUAGE default", [b"* LANGUAGE (DE)"], Language("DE")),
        (("FR-CA", "EN-CA"), b"LANGUAGE FR-CA EN-CA", [b"* 3 EXISTS", b'* LANGUAGE ("EN")'], Language("EN")),
        (("*",), b'LANGUAGE "*"', [], Language(None)),
        (("x",), b"LANGUAGE x", [b"* LANGUAGE ()"], Language(None)),
    ],
)
def test_speak(ranges: tuple[str, ...], sent: bytes, answer: list[bytes], language: Language) -> None:
    assert ask(SetLanguage(ranges), *answer, capabilities="LANGUAGE") == (sent, language)


def test_before_login() -> None:
    sent, _ = talk(connect("LANGUAGE", state="OK"), SetLanguage(("de",)), b"* LANGUAGE (de)")
    assert sent == b"LANGUAGE de"


def test_compare() -> None:
    sent, comparators = ask(UseComparator(("cz;*", "i;basic")), b"* COMPARATOR i;basic", capabilities="I18NLEVEL=2")
    assert sent == b'COMPARATOR "cz;*" i;basic'
    assert comparators == Comparators("i;basic")


def test_several_comparators_match() -> None:
    answer = b'* COMPARATOR "i;unicode-casemap" ("i;unicode-casemap" i;octet)'
    sent, comparators = ask(UseComparator(), answer, capabilities="I18NLEVEL=2")
    assert sent == b"COMPARATOR"
    assert comparators == Comparators("i;unicode-casemap", ("i;unicode-casemap", "i;octet"))
    assert untagged(b"* COMPARATOR i;octet ") == Comparators("i;octet")


@pytest.mark.parametrize("command", [GetLanguages(), SetLanguage(("de",)), UseComparator(("i;octet",))])
def test_what_the_server_lacks_is_not_sent(command: GetLanguages) -> None:
    with pytest.raises(NotSupported):
        connect("I18NLEVEL=1").send(command)


def test_no_language_is_refused() -> None:
    with pytest.raises(InvalidArgument):
        connect("LANGUAGE").send(SetLanguage(()))


def test_one_after_the_other() -> None:
    connection = connect("LANGUAGE NAMESPACE I18NLEVEL=2")
    for command in (SetLanguage(("de",)), GetLanguages()):
        connection.send(command)
    assert len(connection.data_to_send().splitlines()) == 1
    connection = connect("LANGUAGE NAMESPACE")
    for command in (SetLanguage(("de",)), GetNamespaces()):
        connection.send(command)
    assert len(connection.data_to_send().splitlines()) == 1
    connection = connect("I18NLEVEL=2")
    for _ in range(2):
        connection.send(UseComparator())
    assert len(connection.data_to_send().splitlines()) == 1


@pytest.mark.parametrize(
    ("extension", "translation"),
    [
        (b'"X-PARAM" ("FLAG1" "FLAG2")', None),
        (b'X-A (1) "translation" ("Andere/")', "Andere/"),
        (b"TRANSLATION NIL", None),
        (b"TRANSLATION ()", None),
        (b"TRANSLATION", None),
    ],
)
def test_namespaces_with_extensions(extension: bytes, translation: str | None) -> None:
    answer = b'* NAMESPACE NIL (("~" "/" ' + extension + b")) NIL"
    sent, namespaces = ask(GetNamespaces(), b"* 1 EXISTS", answer, capabilities="NAMESPACE")
    assert sent == b"NAMESPACE"
    assert namespaces == Namespaces(other_users=(Namespace("~", "/", translation),))
