"""Dovecot over a command's standard input and output, in both worlds: no daemon, no port, no login."""

from __future__ import annotations

from contextlib import closing

import pytest

from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.fetch import Fetch, body_section
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Logout
from imapkit.protocol.flows.base import execute
from imapkit.protocol.model import State
from imapkit.types.uids import UidSet
from tests.transport.worlds import both, greeted


@pytest.mark.parametrize("kind", ["blocking", "asyncio"])
def test_a_session(kind: str, dovecot_over_pipes: list[str]) -> None:
    message = b"Subject: over pipes\r\n\r\n" + b"line\r\n" * 500_000
    with both(kind) as world, closing(world.session(world.open_command(dovecot_over_pipes))) as session:
        connection = session.connection
        session.run(greeted(connection))
        assert connection.session.state is State.AUTHENTICATED
        session.run(execute(connection, Append("INBOX", (NewMessage(message),))))
        session.run(execute(connection, Select("INBOX")))
        body = body_section()
        found = session.run(execute(connection, Fetch(UidSet([1]), (body,))))
        assert found[1].get(body) == message
        session.run(execute(connection, Logout()))
