"""OBJECTID and OBJECTID+: the examples of RFC 8474 and of the draft."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.fetch import Fetched
from imapkit.protocol.extensions.mailboxes import Create, Rename
from imapkit.protocol.extensions.objectid import (
    EMAILID,
    MAILBOX_OBJECTS,
    MAILBOXID,
    MESSAGE_OBJECTS,
    THREADID,
    ObjectIds,
    ObjectIdsCode,
)
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.status import GetStatus, StatusData
from tests.protocol.extensions.talking import ask, completion, read, untagged

MAILBOX = "F2212ea87-6097-4256-9d51-71338625"


def test_codes() -> None:
    code = completion(f"OK [MAILBOXID ({MAILBOX})] Completed".encode()).code
    assert code == ObjectIdsCode("MAILBOXID", ObjectIds(MAILBOX))
    code = completion(f"OK [OBJECTID (MAILBOXID {MAILBOX} ACCOUNTID u1a48e8e3 FUTURE x)] Completed".encode()).code
    assert code == ObjectIdsCode("OBJECTID", ObjectIds(MAILBOX, "u1a48e8e3"))
    assert code.name == "OBJECTID"
    assert completion(b"OK [OBJECTID ()] Completed").code == ObjectIdsCode("OBJECTID", ObjectIds())


@pytest.mark.parametrize(
    ("octets", "email", "thread"),
    [
        (b"* 1 FETCH (EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9))", "M6d99ac3275bb4e", "T64b478a75b7ea9"),
        (b"* 2 FETCH (EMAILID (M5fdc09b49ea703) THREADID NIL)", "M5fdc09b49ea703", None),
        (b"* 2 FETCH (EMAILID (\"M 1\") THREADID ({2}\r\nT1))", "M 1", "T1"),
        (b"* 2 FETCH (UID 3)", None, None),
    ],
)  # fmt: skip
def test_messages(octets: bytes, email: str | None, thread: str | None) -> None:
    data = untagged(octets)
    assert isinstance(data, Fetched)
    assert (data.get(EMAILID), data.get(THREADID)) == (email, thread)
    assert not data.defects


@pytest.mark.parametrize("bad", [b"()", b"(a b)"])
def test_a_bad_identifier_costs_itself(bad: bytes) -> None:
    data = untagged(b"* 1 FETCH (EMAILID " + bad + b" THREADID (T1))")
    assert isinstance(data, Fetched)
    assert (data.get(EMAILID), data.get(THREADID)) == (None, "T1")
    assert data.defects


def test_all_of_a_message() -> None:
    data = untagged(b"* 1 FETCH (OBJECTID (EMAILID M6d99ac3275bb4e THREADID T64b478a75b7ea9))")
    assert isinstance(data, Fetched)
    assert data.get(MESSAGE_OBJECTS) == ObjectIds(email="M6d99ac3275bb4e", thread="T64b478a75b7ea9")


def test_status() -> None:
    answer = f"* STATUS foo (MAILBOXID ({MAILBOX}))".encode()
    sent, data = ask(GetStatus("foo", (MAILBOXID,)), answer, capabilities="OBJECTID")
    assert sent == b"STATUS foo (MAILBOXID)"
    assert data is not None
    assert data.get(MAILBOXID) == MAILBOX


def test_status_with_objects() -> None:
    response, _ = read(b"* STATUS foo (OBJECTID (MAILBOXID F1 ACCOUNTID u1))")
    assert isinstance(response, StatusData)
    assert response.get(MAILBOX_OBJECTS) == ObjectIds("F1", "u1")


@pytest.mark.parametrize(
    ("objects", "octets"),
    [
        (ObjectIds(), b"(OBJECTID)"),
        (ObjectIds("F1", "u1"), b"(OBJECTID (MAILBOXID F1 ACCOUNTID u1))"),
        (ObjectIds("F1"), b"(OBJECTID (MAILBOXID F1))"),
        (ObjectIds(account="u1"), b"(OBJECTID (ACCOUNTID u1))"),
    ],
)
def test_select(objects: ObjectIds, octets: bytes) -> None:
    sent, selected = ask(
        Select("foo", objects=objects), b"* OK [OBJECTID (MAILBOXID F1 ACCOUNTID u1)] Ok", capabilities="OBJECTID+"
    )
    assert sent == b"SELECT foo " + octets
    assert selected.object_ids == ObjectIds("F1", "u1")


def test_create_and_rename() -> None:
    ok = f"OK [MAILBOXID ({MAILBOX})] Completed".encode()
    assert ask(Create("foo"), ok=ok) == (b"CREATE foo", ObjectIds(MAILBOX))
    assert ask(Create("foo")) == (b"CREATE foo", None)
    ok = b"OK [OBJECTID (MAILBOXID F1 ACCOUNTID u2)] Completed"
    assert ask(Rename("foo", "bar"), ok=ok) == (b"RENAME foo bar", ObjectIds("F1", "u2"))


def test_select_of_old() -> None:
    _, selected = ask(Select("foo"), f"* OK [MAILBOXID ({MAILBOX})] Ok".encode())
    assert selected.object_ids == ObjectIds(MAILBOX)


@pytest.mark.parametrize("objects", [ObjectIds("F 1"), ObjectIds("F)"), ObjectIds(""), ObjectIds("x" * 256),
                                     ObjectIds(email="M1"), ObjectIds(thread="T1")])  # fmt: skip
def test_refusals(objects: ObjectIds) -> None:
    with pytest.raises(InvalidArgument):
        ask(Select("foo", objects=objects), capabilities="OBJECTID+")


def test_capabilities() -> None:
    with pytest.raises(NotSupported, match="OBJECTID"):
        ask(Select("foo", objects=ObjectIds()), capabilities="OBJECTID")
    with pytest.raises(NotSupported, match="OBJECTID"):
        ask(GetStatus("foo", (MAILBOXID,)))
