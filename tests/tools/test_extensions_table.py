"""docs/extensions.md is what tools/extensions_table.py generates, and has every row that the project promises."""

from __future__ import annotations

import imaplib
import re
from pathlib import Path

import pytest

from imapkit.protocol.extensions import ALL, acl, copy, keywords, session
from imapkit.protocol.model import Extension
from imapkit.testing import Server
from tools import extensions_table

#: Each by the name of its record, or a capability of it.
PROMISED = r"""
    IMAP4rev1  IMAP4rev2  ENABLE  LITERAL+  LITERAL-  SASL-IR  LOGINDISABLED  ID  IDLE  NAMESPACE  UNSELECT  UIDPLUS
    CHILDREN  MOVE  COMPRESS=DEFLATE  UTF8=ACCEPT  UNAUTHENTICATE  LANGUAGE  I18NLEVEL  I18NLEVEL=1  I18NLEVEL=2
    LOGIN-REFERRALS  MAILBOX-REFERRALS  INPROGRESS  Response codes  JMAPACCESS

    LIST-EXTENDED  LIST-STATUS  LIST-MYRIGHTS  LIST-METADATA  SPECIAL-USE  CREATE-SPECIAL-USE  \Important, $Important
    Keywords  Flag colours  STATUS=SIZE  STATUS=DELETED  APPENDLIMIT  APPENDLIMIT=  QUOTA  QUOTA=RES-STORAGE
    QUOTA=RES-MESSAGE  QUOTA=RES-MAILBOX  QUOTA=RES-ANNOTATION-STORAGE  QUOTASET  ACL  RIGHTS=  METADATA
    METADATA-SERVER  ANNOTATE-EXPERIMENT-1  NOTIFY

    MULTIAPPEND  CATENATE  REPLACE  BINARY  URLAUTH  URLAUTH=BINARY  URL-PARTIAL  CONVERT  OBJECTID  OBJECTID+
    SAVEDATE  PREVIEW  IMAPSIEVE

    ESEARCH  SEARCHRES  CONTEXT=SEARCH  CONTEXT=SORT  ESORT  SORT  SORT=DISPLAY  THREAD=REFERENCES
    THREAD=ORDEREDSUBJECT  THREAD=REFS  SEARCH=FUZZY  WITHIN  FILTERS  MULTISEARCH  PARTIAL  CONDSTORE  QRESYNC
    UIDONLY  UIDBATCHES  MESSAGELIMIT  SAVELIMIT

    X-GM-EXT-1  XLIST  XYMHIGHESTMODSEQ  XAPPLEPUSHSERVICE  ANNOTATEMORE  PROXYAUTH

    imap:// URLs  Raw command
"""


@pytest.mark.parametrize("promised", re.split(r"\s{2,}", PROMISED.strip()))
def test_there_is_every_row_that_is_promised(promised: str) -> None:
    (extension,) = [each for each in ALL if promised in {each.name, *each.capabilities}]
    assert extensions_table.row(extension) in extensions_table.PAGE.read_text("utf-8")


def test_the_page_is_what_would_be_generated() -> None:
    assert not extensions_table.difference(), "run: python3 tools/extensions_table.py"


def test_a_difference_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tools.bootstrap.ROOT", tmp_path)
    monkeypatch.setattr(extensions_table, "PAGE", tmp_path / "extensions.md")
    monkeypatch.setattr(extensions_table, "page", lambda: "new\n")
    assert extensions_table.difference().endswith("\n+new\n")
    extensions_table.PAGE.write_text("new\n")
    assert extensions_table.difference() == ""
    extensions_table.PAGE.write_text("old\n")
    assert extensions_table.difference().endswith("\n-old\n+new\n")


@pytest.mark.parametrize("sections", [{"Base": ("IMAP4rev1",)}, extensions_table.SECTIONS | {"More": ("XWARP",)}])
def test_a_record_without_a_place_and_a_place_without_a_record(
    sections: dict[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions_table, "SECTIONS", sections)
    with pytest.raises(SystemExit, match="SECTIONS"):
        extensions_table.page()


def find(name: str) -> Extension:
    return next(extension for extension in ALL if extension.name == name)


class TestCells:
    @pytest.mark.parametrize(
        ("rfc", "linked"),
        [
            ("RFC 5256", "[RFC 5256](https://www.rfc-editor.org/rfc/rfc5256)"),
            ("RFC 9051, 6.3.4-6.3.8", "[RFC 9051, 6.3.4-6.3.8](https://www.rfc-editor.org/rfc/rfc9051#section-6.3.4)"),
            ("draft-x-01", "[draft-x-01](https://datatracker.ietf.org/doc/draft-x-01)"),
            ("Gmail", "Gmail"),
        ],
    )
    def test_rfcs(self, rfc: str, linked: str) -> None:
        assert extensions_table.linked(rfc) == linked

    def test_what_is_added(self) -> None:
        assert list(extensions_table.adds(find("CONDSTORE"))) == [
            "FETCH MODSEQ",
            "STATUS HIGHESTMODSEQ",
            "[HIGHESTMODSEQ]",
        ]
        assert list(extensions_table.adds(find("JMAPACCESS"))) == ["GETJMAPACCESS", "* JMAPACCESS"]
        assert list(extensions_table.adds(find("UIDONLY"))) == ["* n UIDFETCH"]
        assert list(extensions_table.adds(find("Raw command"))) == []

    def test_modules(self) -> None:
        assert extensions_table.module_of(find("RIGHTS=")) is acl
        assert extensions_table.module_of(find("Keywords")) is keywords

    def test_capabilities_with_values(self) -> None:
        assert extensions_table.has(frozenset({"RIGHTS=TEXK"}), find("RIGHTS="))
        assert extensions_table.has(frozenset({"IMAP4REV1"}), find("IMAP4rev1"))
        assert not extensions_table.has(frozenset({"ACL2"}), find("ACL"))

    def test_servers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        offers = [
            extensions_table.Offer("A", "1", frozenset({"IMAP4REV1", "MOVE"})),
            extensions_table.Offer("B", "1", frozenset({"IMAP4REV1"})),
        ]
        monkeypatch.setattr(extensions_table, "offers", lambda: offers)
        monkeypatch.setattr(extensions_table, "words_of_tests", lambda: frozenset({"Noop", "QUOTA"}))
        assert extensions_table.servers(find("IMAP4rev1"), session) == "all"
        assert extensions_table.servers(find("MOVE"), copy) == "(A)"
        assert extensions_table.servers(find("COPY"), copy) == "(all)"
        assert extensions_table.servers(find("QUOTA"), copy) == ""
        assert extensions_table.servers(find("Keywords"), keywords) == ""

    @pytest.mark.parametrize(
        ("name", "expected"), [("IMAP4rev2", True), ("LIST", True), ("STATUS=DELETED", True), ("Keywords", False)]
    )
    def test_the_server_in_the_process(self, name: str, expected: bool) -> None:
        assert extensions_table.is_in_process(find(name)) is expected

    def test_what_it_offers_without_tls(self) -> None:
        with Server(profile="minimal") as server:
            host, port = server.serve(tls="starttls")
            with imaplib.IMAP4(host, port) as client:
                assert set(client.capabilities) >= extensions_table.WITHOUT_TLS
