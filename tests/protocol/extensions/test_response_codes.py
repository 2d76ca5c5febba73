"""The table of response codes against the parsers, the exceptions, and what arrives."""

from __future__ import annotations

import pickle

import pytest

from imapkit.errors import CommandError, FolderNotFound
from imapkit.protocol.extensions import ALL
from imapkit.protocol.extensions.mailboxes import Delete
from imapkit.protocol.extensions.response_codes import ResponseCodeName
from imapkit.protocol.model import OtherCode
from tests.protocol.extensions.talking import ask, completion


def test_rows_are_their_names() -> None:
    code = ResponseCodeName("NONEXISTENT")
    assert code is ResponseCodeName.NONEXISTENT
    assert code == "NONEXISTENT"
    assert (str(code), f"{ResponseCodeName.READ_ONLY}") == ("NONEXISTENT", "READ-ONLY")
    assert pickle.loads(pickle.dumps(code)) is code


def test_every_code_that_is_parsed_is_in_the_table() -> None:
    drafts = {"OBJECTID"}  # draft-ietf-mailmaint-imap-objectid-bis has yet to get a number
    parsed = {name for extension in ALL for name in extension.codes}
    assert parsed - drafts <= {code.value for code in ResponseCodeName}


@pytest.mark.parametrize("code", [code for code in ResponseCodeName if code.rfc == "RFC 5530"])
def test_those_of_rfc_5530_are_data(code: ResponseCodeName) -> None:
    assert completion(f"NO [{code}] no".encode()).code == OtherCode(code.value)


def test_errors_are_told_apart_by_it() -> None:
    with pytest.raises(FolderNotFound) as caught:
        ask(Delete("nowhere"), ok=b"NO [NONEXISTENT] no such mailbox")
    assert caught.value.code == ResponseCodeName.NONEXISTENT
    with pytest.raises(CommandError) as refused:
        ask(Delete("a"), ok=b"NO [HASCHILDREN] others below")
    assert refused.value.code == ResponseCodeName.HASCHILDREN
