"""ANNOTATE-EXPERIMENT-1: the examples of RFC 5257."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.annotate import (
    AnnotateCode,
    AnnotationEntry,
    AnnotationsCode,
    StoreAnnotations,
    annotation_contains,
    message_annotations,
)
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.fetch import Fetch, Fetched
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.model import OtherCode
from imapkit.types.uids import SeqSet, UidSet
from tests.protocol.extensions.talking import ask, completion, connect, read, talk, untagged

OFFERED = "ANNOTATE-EXPERIMENT-1"
COMMENT = AnnotationEntry("/comment", (("value.priv", b"My comment"), ("value.shared", b"Group note")))


class TestFetch:
    @pytest.mark.parametrize(
        ("item", "asked"),
        [
            (message_annotations("/comment", attributes=("value",)), 'ANNOTATION ("/comment" "value")'),
            (message_annotations("/comment", "/subject", attributes=("value.priv", "size")),
             'ANNOTATION (("/comment" "/subject") ("value.priv" "size"))'),
            (message_annotations("/%", '/a\\"', attributes=("value.shared",)),
             'ANNOTATION (("/%" "/a\\\\\\"") "value.shared")'),
        ],
    )  # fmt: skip
    def test_asked_as(self, item: object, asked: str) -> None:
        sent, _ = ask(Fetch(UidSet([1123]), (item,)), capabilities=OFFERED, selected=True)  # type: ignore[arg-type]
        assert sent == f"UID FETCH 1123 ({asked})".encode()

    @pytest.mark.parametrize(
        ("octets", "expected"),
        [
            (b'(/comment (value.priv "My comment" value.shared "Group note"))', (COMMENT,)),
            (b'("/Comment" ("Value.Priv" NIL) /1/x (value.priv ~{3}\r\na\0b size.priv "3"))',
             (AnnotationEntry("/comment", (("value.priv", None),)),
              AnnotationEntry("/1/x", (("value.priv", b"a\0b"), ("size.priv", b"3"))))),
            (b"(/comment /altsubject)", (AnnotationEntry("/comment"), AnnotationEntry("/altsubject"))),
            (b"()", ()),
            (b"(/comment (value.priv (x)))", None),
        ],
    )  # fmt: skip
    def test_answers(self, octets: bytes, expected: object) -> None:
        fetched = untagged(b"* 1 FETCH (UID 1 ANNOTATION " + octets + b")")
        assert isinstance(fetched, Fetched)
        assert fetched.get(message_annotations("*")) == expected
        assert bool(fetched.defects) is (expected is None)

    @pytest.mark.parametrize(
        ("entries", "attributes"), [((), ("value",)), (("/a",), ()), (("é",), ("value",)), (("/a\n",), ("value",))]
    )
    def test_refused(self, entries: tuple[str, ...], attributes: tuple[str, ...]) -> None:
        with pytest.raises(InvalidArgument):
            message_annotations(*entries, attributes=attributes)


class TestStore:
    def test_by_sequence_number(self) -> None:
        command = StoreAnnotations(SeqSet([1]), (COMMENT,))
        sent, _ = ask(command, capabilities=OFFERED, selected=True)
        assert sent == b'STORE 1 ANNOTATION (/comment (value.priv "My comment" value.shared "Group note"))'

    def test_by_uid(self) -> None:
        entries = (
            AnnotationEntry("/comment", (("value.priv", None),)),
            AnnotationEntry("/alt subject", (("value.priv", b"a\r\nb"), ("value.shared", b"\0"))),
        )
        sent, fetched = ask(
            StoreAnnotations(UidSet([7]), entries),
            b"* 3 FETCH (UID 7 ANNOTATION (/comment))",
            capabilities=OFFERED,
            selected=True,
        )
        assert sent == (
            b'UID STORE 7 ANNOTATION (/comment (value.priv NIL) "/alt subject"'
            b" (value.priv {4}\r\na\r\nb value.shared ~{1}\r\n\0))"
        )
        assert fetched[7].get(message_annotations("*")) == (AnnotationEntry("/comment"),)

    @pytest.mark.parametrize(
        "entries",
        [
            (),
            (AnnotationEntry("/comment"),),
            (AnnotationEntry("comment", (("value.priv", None),)),),
            (AnnotationEntry("/com*", (("value.priv", None),)),),
            (AnnotationEntry("/a/", (("value.priv", None),)),),
            (AnnotationEntry("/a", (("value.%", None),)),),
            (AnnotationEntry("/a", (("", None),)),),
        ],
    )
    def test_refused(self, entries: tuple[AnnotationEntry, ...]) -> None:
        with pytest.raises(InvalidArgument):
            connect(OFFERED, selected=True).send(StoreAnnotations(UidSet([1]), entries))

    @given(st.binary() | st.none())
    def test_what_is_stored_can_be_read(self, value: bytes | None) -> None:
        entry = AnnotationEntry("/comment", (("value.priv", value),))
        sent, _ = ask(StoreAnnotations(SeqSet([1]), (entry,)), capabilities=OFFERED, selected=True)
        fetched = untagged(b"* 1 FETCH (" + sent.removeprefix(b"STORE 1 ") + b")")
        assert isinstance(fetched, Fetched)
        assert fetched.get(message_annotations("*")) == (entry,)

    def test_one_after_the_other(self) -> None:
        connection = connect(OFFERED, selected=True)
        for _ in range(2):
            connection.send(StoreAnnotations(UidSet([1]), (COMMENT,)))
        assert len(connection.data_to_send().splitlines()) == 1


class TestElsewhere:
    @pytest.mark.parametrize(
        ("query", "sent"),
        [
            (annotation_contains("/comment", "IMAP4"), b'UID SEARCH ANNOTATION /comment value "IMAP4"'),
            (annotation_contains("*", "a b", attribute="value.priv"), b'UID SEARCH ANNOTATION "*" value.priv "a b"'),
        ],
    )
    def test_search(self, query: object, sent: bytes) -> None:
        assert ask(Search(query), capabilities=OFFERED, selected=True)[0] == sent  # type: ignore[arg-type]

    def test_select(self) -> None:
        code = b"* OK [ANNOTATIONS 20480 NOPRIVATE]"
        sent, selected = ask(Select("INBOX", annotate=True), code, capabilities=OFFERED)
        assert sent == b"SELECT INBOX (ANNOTATE)"
        assert selected.annotations == AnnotationsCode(supported=True, size=20480, private=False)
        with pytest.raises(NotSupported):
            connect().send(Select("INBOX", annotate=True))

    def test_append(self) -> None:
        message = NewMessage(b"MIME-Version: 1.0\r\n\r\n", annotations=(COMMENT,))
        sent, _ = ask(Append("drafts", (message,)), capabilities=OFFERED + " LITERAL+")
        assert sent == (
            b'APPEND drafts ANNOTATION (/comment (value.priv "My comment" value.shared "Group note"))'
            b" {21+}\r\nMIME-Version: 1.0\r\n\r\n"
        )
        with pytest.raises(NotSupported):
            connect().send(Append("drafts", (message,)))

    @pytest.mark.parametrize(
        "command", [StoreAnnotations(UidSet([1]), (COMMENT,)), Fetch(UidSet([1]), (message_annotations("/comment"),))]
    )
    def test_what_the_server_lacks_is_not_sent(self, command: Fetch) -> None:
        with pytest.raises(NotSupported):
            connect(selected=True).send(command)


class TestCodes:
    @pytest.mark.parametrize(
        ("octets", "code"),
        [
            (b"NO [ANNOTATE TOOBIG] no", AnnotateCode("TOOBIG")),
            (b"NO [ANNOTATE toomany] no", AnnotateCode("TOOMANY")),
            (b"OK [ANNOTATIONS NONE] ok", AnnotationsCode(supported=False, private=False)),
            (b"OK [ANNOTATIONS READ-ONLY] ok", AnnotationsCode(supported=True)),
            (b"OK [ANNOTATIONS 20480] ok", AnnotationsCode(supported=True, size=20480)),
            (b"OK [annotations read-only noprivate] ok", AnnotationsCode(supported=True, private=False)),
        ],
    )
    def test_codes(self, octets: bytes, code: AnnotateCode) -> None:
        assert completion(octets).code == code
        assert octets.split()[1].strip(b"[").decode().upper() == code.name

    def test_malformed(self) -> None:
        response, defects = read(b"* OK [ANNOTATIONS -1] odd")
        assert response == type(response)("OK", OtherCode("ANNOTATIONS", b"-1"), "odd")  # type: ignore[call-arg]
        assert len(defects) == 1


class TestUtf8Append:
    """RFC 6855, section 4 (RFC 9755 dropped it again)."""

    def test_it(self) -> None:
        connection = connect("ENABLE UTF8=ACCEPT BINARY")
        message = NewMessage("Subject: é\r\n\r\n".encode(), flags=("\\Seen",), utf8=True)
        with pytest.raises(InvalidArgument, match="UTF8=ACCEPT"):
            connection.send(Append("a", (message,)))
        from imapkit.protocol.extensions.enable import Enable

        talk(connection, Enable(("UTF8=ACCEPT",)), b"* ENABLED UTF8=ACCEPT")
        sent, _ = talk(connection, Append("a", (message,)))
        assert sent == b"APPEND a (\\Seen) UTF8 (~{15}\r\nSubject: \xc3\xa9\r\n\r\n)"
