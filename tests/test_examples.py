"""The examples run: the tour in both worlds, on its own server and on Dovecot, and each of the short ones."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import ssl
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import mails
import pytest
import stage
import tour
import tour_async
from guide import Guide, cells, fit

from imapkit import Account, Flag, Password
from tests.servers import RealServer
from tools import unasync

EXAMPLES = Path(tour.__file__).resolve().parent
SHORT = ("save_attachments", "flag_in_bulk", "export_folder", "watch_inbox", "unread_everywhere")


@cache
def run(*arguments: str, **environment: str) -> str:
    """The output of an example as a user starts it, with a terminal that knows only ASCII's neighbours."""
    command = [sys.executable, str(EXAMPLES / arguments[0]) if arguments[0] else str(EXAMPLES), *arguments[1:]]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert not done.returncode, done.stdout
    return done.stdout


class Notes(Guide):
    """A guide whose words are kept."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        super().__init__(self.lines.append)


def give_tour(place: stage.Stage) -> list[str]:
    notes = Notes()
    tour.tour(place, notes)
    return notes.lines


def give_async_tour(place: stage.Stage) -> list[str]:
    notes = Notes()
    asyncio.run(tour_async.tour(place, notes))
    return notes.lines


class TestTheTour:
    def test_shows_what_it_promises(self) -> None:
        shown = run("")
        for title in ("Connect over TLS", "Draw the tree", "newest unread", "Search", "Read", "Save", "Flag", "draft"):
            assert re.search(rf"── \d+\. .*{title}", shown), title
        assert "Skipped" not in shown
        for name in ("Entwürfe-Archiv", "└── Müller & Söhne", "└── 2026", "τιμολόγιο.pdf"):
            assert name in shown
        assert "Now:    $Work \\Flagged" in shown
        assert "12 mails went to 'Newsletters'; 0 are left." in shown
        assert "Your parcel is on its way" in shown

    def test_prints_the_same_in_both_worlds(self) -> None:
        assert run("", "--async") == run("")

    def test_starts_from_its_own_file_too(self) -> None:
        assert "Your parcel is on its way" in run("tour.py")
        assert run("tour_async.py") == run("tour.py")

    def test_fits_a_terminal(self) -> None:
        assert max(map(cells, run("").splitlines())) <= 100

    def test_survives_a_terminal_without_unicode(self) -> None:
        assert "\\u" in run("", PYTHONIOENCODING="ascii")

    def test_the_twins_differ_in_await_alone(self) -> None:
        asynchronous, blocking = (body((EXAMPLES / name).read_text("utf-8")) for name in ("tour_async.py", "tour.py"))
        assert in_order(unasync.translate(asynchronous)) == in_order(blocking)

    def test_shows_the_code_that_runs(self) -> None:
        tree = ast.parse((EXAMPLES / "tour.py").read_text("utf-8"))
        shown = [
            node.args[1].value
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "guide.step"
        ]
        run_there = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert len(shown) == 10
        assert {ast.unparse(ast.parse(code, mode="eval")) for code in shown} <= run_there


def in_order(source: str) -> str:
    """A module with the names that it imports in alphabetical order."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            node.names.sort(key=lambda alias: alias.name)
    return ast.unparse(tree)


def body(source: str) -> str:
    """A module without its docstring and what it does when started."""
    return source.split('"""', 2)[2].split("\n\nif __name__", 1)[0]


@pytest.mark.parametrize("name", SHORT)
def test_short_example(name: str) -> None:
    shown = run(f"{name}.py")
    expected = {
        "save_attachments": "Grundriß Küche.pdf, 1469 octets",
        "flag_in_bulk": "4 newsletters are marked as read\n2 big ones",
        "export_folder": "11 messages of 仕事/2026 are new; 11 are here now\n0 messages",
        "watch_inbox": "It will be with you today.",
        "unread_everywhere": "carol: 22 unread in 12 folders",
    }
    assert expected[name] in shown


def test_every_example_is_tested() -> None:
    helpers = {"mails", "guide", "stage", "tour", "tour_async", "__main__"}
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {*SHORT, *helpers}


class TestTheMails:
    def test_are_the_same_every_time(self) -> None:
        assert mails.letters() == mails.letters()

    def test_are_some_hundred_in_order(self) -> None:
        letters = mails.letters()
        assert 100 <= len(letters) <= 120
        assert [letter.received for letter in letters] == sorted(letter.received for letter in letters)
        assert {letter.received.date() <= mails.DAY for letter in letters} == {True}

    def test_lie_where_folders_are_made(self) -> None:
        folders = Counter(letter.folder for letter in mails.letters())
        assert folders["INBOX",] > 50
        ready = {(name,) for name in ("INBOX", "Archive", "Drafts", "Sent", "Junk", "Trash")}
        assert set(folders) <= {*mails.FOLDERS, *ready}

    def test_name_nobody_real(self) -> None:
        addresses = {host for letter in mails.letters() for host in re.findall(rb"@([a-z0-9.-]+)", letter.octets)}
        assert addresses <= {b"example.org", b"example.net"}


class TestWidths:
    @pytest.mark.parametrize(
        "text", ["", "plain", "請求書の送付について", "e\u0301te\u0301", "📦" * 20, "tab\there", "قسم المبيعات"]
    )
    def test_a_column_is_as_wide_as_it_should(self, text: str) -> None:
        assert cells(fit(text, 12)) == 12

    def test_what_is_cut_shows_it(self) -> None:
        assert fit("請求書の送付", 8) == "請求書… "


class TestOnDovecot:
    @pytest.fixture
    def account(self, dovecot: RealServer) -> Account:
        return self.filled(dovecot)

    def filled(self, server: RealServer) -> Account:
        account = Account(
            host=server.host,
            port=server.tls_port,
            auth=Password(server.new_user(), server.password),
            ssl_context=ssl.create_default_context(cafile=server.cafile),
        )
        with account.connect() as mail:
            stage.fill(mail)
        return account

    def test_the_tour_prints_the_same_in_both_worlds(self, dovecot: RealServer) -> None:
        shown = [
            give(stage.Stage(account, mails.DAY.replace(month=9), lambda account=account: stage.deliver(account)))
            for give in (give_tour, give_async_tour)
            for account in (self.filled(dovecot),)
        ]
        blocking, asynchronous = (re.sub(r"fresh-\d+", "fresh", "\n".join(lines)) for lines in shown)
        assert "Skipped" not in blocking
        assert "12 mails went to 'Newsletters'; 0 are left." in blocking
        assert "Your parcel is on its way" in blocking
        assert asynchronous == blocking

    @pytest.mark.parametrize(
        ("scheme", "world"), [("imaps", ()), ("imap", ("--async",))], ids=["imaps, blocking", "imap, asyncio"]
    )
    def test_on_an_account_of_ones_own_it_only_reads(
        self, dovecot: RealServer, account: Account, scheme: str, world: tuple[str, ...]
    ) -> None:
        before = self.state(account)
        port = dovecot.tls_port if scheme == "imaps" else dovecot.port
        url = f"{scheme}://{account.user}@{dovecot.host}:{port}"
        secrets = {"IMAPKIT_PASSWORD": dovecot.password, "SSL_CERT_FILE": str(dovecot.cafile)}
        shown = run("", "--url", url, *world, **secrets)
        assert shown.count("Skipped: ") == 3
        reason = "add_flags() changes something, and this connection was opened with read_only=True."
        assert f"Skipped: {reason}" in " ".join(shown.split())
        assert "Nothing came within three seconds." in shown
        assert dovecot.password not in shown
        assert self.state(account) == before

    @staticmethod
    def state(account: Account) -> dict[str, list[tuple[int, frozenset[str]]]]:
        with account.connect() as mail:
            return {
                path: [(message.uid, frozenset(message.flags) - {"\\Recent"}) for message in folder.messages]
                for path, folder in mail.folders().items()
                if folder.info and folder.info.selectable and not path.startswith("Virtual")
            }

    def test_a_wrong_password_is_told_in_a_line(self, dovecot: RealServer) -> None:
        url = f"imaps://{dovecot.new_user()}@{dovecot.host}:{dovecot.tls_port}"
        with pytest.raises(AssertionError, match=r"(?m)^ *AuthenticationError: AUTHENTICATE: NO .*$"):
            run("", "--url", url, IMAPKIT_PASSWORD="wrong", SSL_CERT_FILE=str(dovecot.cafile))


def test_a_url_without_a_user_is_refused_with_advice() -> None:
    with pytest.raises(AssertionError, match=r"write imaps://ann@imap\.example\.org"):
        run("", "--url", "imaps://imap.example.org")


def test_flags_are_those_of_the_library() -> None:
    assert {flag for letter in mails.letters() for flag in letter.flags} <= {str(flag) for flag in Flag}
