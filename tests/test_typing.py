"""The public types are a contract: everyday jobs pass the type checkers, and misuse does not."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import subprocess
import sys
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import pytest

from imapkit import Account
from imapkit.testing import Server
from tests.typing import tasks_async, tasks_sync

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "tests/typing"
GOOD = ("tasks_sync.py", "tasks_async.py", "contract.py")
BAD = "misuse.py"

Errors = dict[str, dict[int, str]]


def checked_by(checker: str) -> Errors:
    """What a checker has to say, by file and line."""
    if importlib.util.find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed (the dependency group dev has it, and so does tools/check)")
    return {"mypy": mypy, "pyright": pyright}[checker]()


@cache
def mypy() -> Errors:
    command = [sys.executable, "-m", "mypy", "--output", "json", *map(str, sorted(HERE.glob("*.py")))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert not done.stderr, done.stderr
    found: Errors = {}
    for line in done.stdout.splitlines():
        told = json.loads(line)
        if told["severity"] == "error":
            found.setdefault(Path(told["file"]).name, {})[told["line"]] = told["message"]
    return found


@cache
def pyright() -> Errors:
    # A configuration of its own: the project's does not include the tests.
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "extraPaths": [str(ROOT / "src")]}
    configuration = ROOT / "tests/typing/pyrightconfig.json"
    configuration.write_text(json.dumps(settings))
    try:
        command = [sys.executable, "-m", "pyright", "--outputjson", "--project", str(configuration)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    finally:
        configuration.unlink()
    found: Errors = {}
    for told in json.loads(done.stdout)["generalDiagnostics"]:
        if told["severity"] == "error":
            lines = found.setdefault(Path(told["file"]).name, {})
            lines[told["range"]["start"]["line"] + 1] = told["message"]
    return found


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
class TestCheckers:
    @pytest.mark.parametrize("name", GOOD)
    def test_pass_what_is_right(self, checker: str, name: str) -> None:
        assert checked_by(checker).get(name, {}) == {}

    def test_refuse_every_line_of_misuse(self, checker: str) -> None:
        lines = (HERE / BAD).read_text("utf-8").splitlines()
        wrong = {number: line.strip() for number, line in enumerate(lines, 1) if "  # E " in line}
        refused = checked_by(checker).get(BAD, {})
        assert {line for number, line in wrong.items() if number not in refused} == set()
        assert {number: message for number, message in refused.items() if number not in wrong} == {}

    def test_see_all_files(self, checker: str) -> None:
        assert {path.name for path in HERE.glob("*.py")} == {*GOOD, BAD}
        assert set(checked_by(checker)) <= {*GOOD, BAD}


class TestTheTasksRun:
    @pytest.fixture
    def server(self) -> Server:
        server = Server()
        for user in ("ann", "bob"):
            server.add_user(user)
        for number in range(4):
            message = EmailMessage()
            message["Subject"] = f"number {number}"
            message["From"] = "bob@example.net"
            message["Message-ID"] = f"<{number}@example.net>"
            message.set_content("hello\n")
            message.add_attachment(b"%PDF", "application", "pdf", filename="scan.pdf")
            server.deliver("ann", message)
        return server

    def draft(self) -> EmailMessage:
        message = EmailMessage()
        message.set_content("draft\n")
        return message

    def test_blocking(self, server: Server, tmp_path: Path) -> None:
        with server, server.connect("ann") as mail:
            sent = tasks_sync.t03_folders(mail)
            assert sent is not None
            assert sent.path == "Sent"
            assert tasks_sync.t04_unread(mail)["INBOX"] == 4
            tasks_sync.t05_newest(mail)
            assert tasks_sync.t06_search(mail).count() == 0
            assert len(tasks_sync.t07_attachments(mail, tmp_path)) == len(list(tmp_path.iterdir())) == 4
            tasks_sync.t08_flags(mail, [1])
            assert tasks_sync.t06_search(mail.folder("INBOX").mailbox).count() == 0
            tasks_sync.t10_reply(mail, 2)
            tasks_sync.t09_bulk(mail, [2], [3], [4])
            assert [message.uid for message in mail.inbox.messages] == [1, 3]
            mail.folder("Projects", "Entwürfe").create()
            assert tasks_sync.t11_append(mail, self.draft()) == 1
            assert tasks_sync.t12_watch(mail, 0) == []
            tasks_sync.t17_pytest(server)
            tasks_sync.t20_folders(mail)
            account: Account = server.account("bob")
            assert tasks_sync.t16b_accounts([account, account]) == [2, 2]

    def test_asynchronous(self, server: Server, tmp_path: Path) -> None:
        async def run() -> None:
            async with server.connect_async("ann") as mail:
                sent = await tasks_async.t03_folders(mail)
                assert sent is not None
                assert (await tasks_async.t04_unread(mail))["INBOX"] == 4
                await tasks_async.t05_newest(mail)
                assert await tasks_async.t06_search(mail).count() == 0
                assert len(await tasks_async.t07_attachments(mail, tmp_path)) == 4
                await tasks_async.t08_flags(mail, [1])
                await tasks_async.t10_reply(mail, 2)
                await tasks_async.t09_bulk(mail, [2], [3], [4])
                assert [message.uid async for message in mail.inbox.messages] == [1, 3]
                await mail.folder("Projects", "Entwürfe").create()
                assert await tasks_async.t11_append(mail, self.draft()) == 1
                assert await tasks_async.t12_watch(mail, 0) == []
                await tasks_async.t17_pytest(server)
                await tasks_async.t20_folders(mail)
                account = server.account("bob")
                assert await tasks_async.t16b_accounts([account, account]) == [2, 2]

        with server:
            asyncio.run(run())
