"""The deadline of a whole operation is on by default, and lets be what may rightly take long."""

from __future__ import annotations

from pathlib import Path

import pytest

from imapkit import ImapTimeout, Timeout
from imapkit.account import _deadlines
from imapkit.testing import Server


def test_it_is_on() -> None:
    assert Timeout().total == 600
    assert (_deadlines(5).read, _deadlines(5).total) == (5, 600)
    assert _deadlines(None) == Timeout(read=None, total=None)


def test_what_may_take_long_is_not_cut(tmp_path: Path) -> None:
    with Server() as server:
        server.add_user("ann")
        server.deliver("ann", subject="Tea", text="At four.")
        with server.connect("ann") as mail:
            message = mail.inbox.get(1)
            usual, mail._session._driver._timeout = mail._session._driver._timeout, Timeout(total=1e-9)
            with pytest.raises(ImapTimeout, match="not done within"):
                mail.noop()
            assert message.save(tmp_path / "tea.eml").stat().st_size == message.size
            assert mail.inbox.append(b"Subject: more\n\n").uid == 2
            assert mail.inbox.by_uid(1).add_flags("$Work") == 1
            mail._session._driver._timeout = usual
