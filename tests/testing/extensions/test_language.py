"""LANGUAGE and COMPARATOR: the server's words, and how it compares texts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.language import (
    Comparators,
    GetLanguages,
    Language,
    Languages,
    SetLanguage,
    UseComparator,
)
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.testing import Server
from imapkit.types.folders import Namespace, Namespaces
from imapkit.types.query import Q, Query
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, logged_in, selected


class TestLanguage:
    def test_which_there_are(self, ann: Client) -> None:
        assert ann(GetLanguages()) == Languages(("en", "de", "fr", "i-default"))

    def test_choosing_one(self, ann: Client) -> None:
        # RFC 5255, 3.2: the range falls back to what is spoken.
        assert ann(SetLanguage(("x-klingon", "de-AT"))) == Language(
            "de",
            Namespaces((Namespace("", "/"),), (Namespace("Other Users/", "/", "Andere Benutzer/"),), ()),
        )

    def test_octets(self, server: Server) -> None:
        line = logged_in(server)
        assert line(b"a LANGUAGE DE") == [
            b"* LANGUAGE (de)",
            b'* NAMESPACE (("" "/")) (("Other Users/" "/" "TRANSLATION" ("Andere Benutzer/"))) NIL',
            "a OK LANGUAGE ausgeführt.".encode(),
        ]
        assert line(b"b NOOP") == ["b OK NOOP ausgeführt.".encode()]
        assert line(b"c LANGUAGE tlh") == [b"c NO Keine dieser Sprachen wird hier gesprochen."]
        assert line(b'd LANGUAGE "default"') == [b"* LANGUAGE (en)", b"d OK LANGUAGE completed."]

    def test_before_the_login(self, server: Server) -> None:
        line = Line(server.open_stream())
        assert line(b"a LANGUAGE fr") == [b"* LANGUAGE (fr)", "a OK LANGUAGE terminé.".encode()]
        assert line(b"b LOGIN ann pw", b"c NAMESPACE")[1] == (
            b'* NAMESPACE (("" "/")) (("Other Users/" "/" "TRANSLATION" ("Autres utilisateurs/"))) NIL'
        )

    def test_none_is_spoken(self, ann: Client) -> None:
        with pytest.raises(CommandError, match="None of these languages"):
            ann(SetLanguage(("mul",)))


@pytest.fixture
def words(server: Server, ann: Client) -> Client:
    """Ann's client with the selected INBOX, in which the same word is spelled in several ways."""
    for number, subject in enumerate(("GRÜSSE", "grüße", "Grüsse", "grÜsse"), 1):
        header = b"Subject: =?utf-8?q?%s?=\r\n" % "".join(f"={octet:02X}" for octet in subject.encode()).encode()
        server.deliver("ann", header + b"To: ann%d@example.org\r\n\r\nBody %d\r\n" % (number, number))
    ann(Select("INBOX"))
    return ann


def found(client: Client, query: Query) -> list[int]:
    return list(client(Search(query)).uids)


class TestComparator:
    def test_the_default(self, ann: Client) -> None:
        assert ann(UseComparator()) == Comparators("i;unicode-casemap")
        assert ann.said(UseComparator(("i;octet", "default")))[0] == (
            "* COMPARATOR i;octet (i;octet i;unicode-casemap)"
        )
        assert ann(UseComparator()) == Comparators("i;octet")

    def test_patterns(self, ann: Client) -> None:
        assert ann(UseComparator(("cz;*", "i;a*"))) == Comparators("i;ascii-casemap")
        assert ann(UseComparator(("*",))) == Comparators(
            "i;unicode-casemap", ("i;unicode-casemap", "i;ascii-casemap", "i;octet")
        )

    def test_none_matches(self, ann: Client) -> None:
        with pytest.raises(CommandError) as refused:
            ann(UseComparator(("cz;*",)))
        assert refused.value.code == "BADCOMPARATOR"

    @pytest.mark.parametrize(
        ("comparator", "uids"),
        [("i;unicode-casemap", [1, 2, 3, 4]), ("i;ascii-casemap", [3]), ("i;octet", [])],
    )
    def test_searching(self, words: Client, comparator: str, uids: list[int]) -> None:
        words(UseComparator((comparator,)))
        assert found(words, Q.subject("grüsse")) == uids
        assert found(words, Q.header("Subject", "grüsse")) == uids
        assert found(words, Q.text("grüsse")) == uids

    def test_every_key(self, words: Client) -> None:
        words(UseComparator(("i;octet",)))
        assert found(words, Q.subject("Gr") & Q.to("ann") & Q.body("Body") & ~Q.cc("x") & ~Q.bcc("x")) == [3]
        assert found(words, Q.to("ANN") | Q.body("body") | Q.from_("x")) == []

    @pytest.mark.parametrize(
        ("comparator", "by_subject", "by_sender", "threads"),
        [
            ("i;unicode-casemap", b"1 3 2", b"3 1 2", b"(1 3)(2)"),
            ("i;ascii-casemap", b"2 3 1", b"3 1 2", b"(1)(2)(3)"),
            ("i;octet", b"2 3 1", b"2 3 1", b"(1)(2)(3)"),
        ],
    )
    def test_sorting(
        self, server: Server, comparator: str, by_subject: bytes, by_sender: bytes, threads: bytes
    ) -> None:
        # RFC 5255, 4.2: it applies to SORT's strings and THREAD's subjects as well; RFC 5957, 7: and to names shown.
        for subject, sender in ((b"=C3=A4", b"b"), (b"Z", b"B"), (b"=C3=84", b"a")):
            header = b"Subject: =?utf-8?q?%s?=\r\nFrom: %s <%s@example.org>\r\n" % (subject, sender, sender)
            server.deliver("ann", header + b"To: %s@example.org\r\n\r\nx" % sender)
        line = selected(server)
        line(b'x COMPARATOR "%s"' % comparator.encode())
        assert line(b"a SORT (SUBJECT) UTF-8 ALL")[0] == b"* SORT " + by_subject
        for name in (b"FROM", b"TO", b"DISPLAYFROM", b"DISPLAYTO"):
            assert line(b"b SORT (" + name + b") UTF-8 ALL")[0] == b"* SORT " + by_sender
        assert line(b"c THREAD ORDEREDSUBJECT UTF-8 ALL")[0] == b"* THREAD " + threads
        alike = threads.replace(b"(1 3)", b"((1)(3))")
        assert line(b"d THREAD REFERENCES UTF-8 ALL")[0] == b"* THREAD " + alike

    def test_level_1_has_no_command(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering("IMAP4rev1 I18NLEVEL=1"))
        assert line(b"a COMPARATOR") == [b"a BAD Error in IMAP command COMPARATOR: Unknown command"]
        line(b"b SELECT INBOX")
        assert line(b'c SEARCH SUBJECT "x"')[0] == b"* SEARCH"
