"""A command that speaks IMAP on its standard input and output."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from imapkit.errors import ConnectionLost, InvalidArgument
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.session import Logout, Noop
from imapkit.protocol.flows.base import execute
from imapkit.transport import asyncio_, blocking, opening
from tests.transport.worlds import PATIENCE, World, greeted

SERVER = """
import sys
out = sys.stdout.buffer
out.write(b"* PREAUTH [CAPABILITY IMAP4rev1] hello\\r\\n")
out.flush()
for line in sys.stdin.buffer:
    tag, command = line.split()[:2]
    if command == b"LOGOUT":
        out.write(b"* BYE see you\\r\\n" + tag + b" OK\\r\\n")
        break
    out.write(tag + b" OK done\\r\\n")
    out.flush()
"""


LINGER = "import time; time.sleep(9)"


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def gone(pid: int) -> bool:
    """Whether there is no such process any more, not even a dead one that nobody has asked after."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_session(world: World) -> None:
    with closing(world.session(world.open_command(python(SERVER)))) as session:
        session.run(greeted(session.connection))
        for _ in range(3):
            session.run(execute(session.connection, Noop()))
        session.run(execute(session.connection, Logout()))


def test_it_ends_with_the_stream(world: World, tmp_path: Path) -> None:
    told = tmp_path / "pid"
    program = (
        f"import os, pathlib, time; pathlib.Path({str(told)!r}).write_text(str(os.getpid()))\n{SERVER}\ntime.sleep(9)"
    )
    session = world.session(world.open_command(python(program)))
    session.run(greeted(session.connection))
    pid = int(told.read_text())
    assert not gone(pid)
    session.close()
    assert gone(pid)
    session.close()


def test_one_that_does_not_want_to_end_is_killed(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (blocking, asyncio_):
        monkeypatch.setattr(module, "_PATIENCE", 0.03)
    program = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{SERVER}\n{LINGER}"
    told = tmp_path / "pid"
    program = f"import os, pathlib; pathlib.Path({str(told)!r}).write_text(str(os.getpid()))\n{program}"
    session = world.session(world.open_command(python(program)))
    session.run(greeted(session.connection))
    session.close()
    assert gone(int(told.read_text()))


def test_one_that_fails_says_why(world: World) -> None:
    program = "import sys; print('ssh: Could not resolve\\nhostname', file=sys.stderr); sys.exit(255)"
    session = world.session(world.open_command(python(program)))
    with pytest.raises(ConnectionLost, match="ended with status 255: ssh: Could not resolve hostname"):
        session.run(greeted(session.connection))
    assert session.closed


def test_one_that_is_killed(world: World) -> None:
    program = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    session = world.session(world.open_command(python(program)))
    with pytest.raises(ConnectionLost, match="was ended by signal 9"):
        session.run(greeted(session.connection))


def test_one_that_ends_well_but_too_early(world: World) -> None:
    session = world.session(world.open_command(python("pass")))
    with pytest.raises(ConnectionLost, match="the server closed the connection"):
        session.run(greeted(session.connection))


def test_one_that_fails_while_it_is_written_to(world: World) -> None:
    program = "import os, sys; os.write(1, b'* PREAUTH hi\\r\\n'); sys.stdin.buffer.read(1); sys.exit('out of luck')"
    session = world.session(world.open_command(python(program)))
    session.run(greeted(session.connection))
    with pytest.raises(ConnectionLost, match="ended with status 1: out of luck"):
        session.run(execute(session.connection, Append("INBOX", (NewMessage(b"x" * 900000),))))


def test_one_that_fails_with_something_unread(world: World) -> None:
    """The kernel then tells of a reset connection instead of its end."""
    stream = world.open_command(python("import sys, time; time.sleep(0.02); sys.exit('out of luck')"))
    stream.write(b"x" * 1000)
    assert stream.wait(PATIENCE)
    with pytest.raises(ConnectionLost, match="ended with status 1: out of luck"):
        stream.read()
    stream.close()


def test_one_that_closes_its_output_and_lives_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (blocking, asyncio_):
        monkeypatch.setattr(module, "_GRACE", 0.02)
    program = "import os, time; os.close(0); os.close(1); time.sleep(9)"
    session = world.session(world.open_command(python(program)))
    with pytest.raises(ConnectionLost, match="the server closed the connection"):
        session.run(greeted(session.connection))


def test_one_that_is_not_there(world: World) -> None:
    with pytest.raises(ConnectionLost, match=r"cannot run .*No such file"):
        world.open_command(["/nowhere/imapd"])


def test_one_that_is_no_program(world: World, tmp_path: Path) -> None:
    file = tmp_path / "imapd"
    file.write_text("nothing")
    with pytest.raises(ConnectionLost, match=r"cannot run .*Permission denied"):
        world.open_command([str(file)])


@pytest.mark.parametrize("argv", [[], [""], ["imapd", "a\0b"], "imapd --preauth"])
def test_what_is_no_command(world: World, argv: list[str]) -> None:
    with pytest.raises(InvalidArgument, match="command"):
        world.open_command(argv)


def test_its_arguments_are_not_shown() -> None:
    assert "secret" not in str(opening.command_failed("sshpass", OSError("-p secret")).args[0].split(":")[0])


def test_only_the_end_of_much_that_was_said(tmp_path: Path) -> None:
    with (tmp_path / "stderr").open("w+b") as file:
        file.write(b"x" * 5000 + b"\nlast words")
        assert opening.last_words(file).endswith("x last words")
        assert len(opening.last_words(file)) <= 2000
