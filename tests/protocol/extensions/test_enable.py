"""ENABLE, before a mailbox is selected."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.enable import Enable
from tests.protocol.extensions.talking import ask, connect


def test_what_was_enabled() -> None:
    sent, enabled = ask(
        Enable(("CONDSTORE", "X-GOOD-IDEA")), b"* ENABLED x-good-idea", capabilities="ENABLE CONDSTORE X-GOOD-IDEA"
    )
    assert sent == b"ENABLE CONDSTORE X-GOOD-IDEA"
    assert enabled == {"X-GOOD-IDEA"}


def test_not_while_a_mailbox_is_selected() -> None:
    connection = connect("ENABLE CONDSTORE", selected=True)
    with pytest.raises(InvalidArgument, match="selected"):
        connection.send(Enable(("CONDSTORE",)))
