from __future__ import annotations

import pytest

from imapkit.protocol.capabilities import IMPLIED_BY_REV2, supports, value_of

NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("capabilities", "enabled", "name", "expected"),
    [
        ({"IMAP4REV1", "MOVE"}, NOTHING, "move", True),
        ({"IMAP4REV1"}, NOTHING, "MOVE", False),
        ({"IMAP4REV2"}, NOTHING, "MOVE", True),
        ({"IMAP4REV2"}, NOTHING, "CONDSTORE", False),
        ({"IMAP4REV1", "IMAP4REV2"}, NOTHING, "MOVE", False),
        ({"IMAP4REV1", "IMAP4REV2"}, {"IMAP4REV2"}, "MOVE", True),
        ({"RIGHTS=TEXK"}, NOTHING, "RIGHTS=", True),
        ({"RIGHTS=TEXK"}, NOTHING, "RIGHTS", False),
        ({"APPENDLIMIT"}, NOTHING, "APPENDLIMIT=", False),
        (NOTHING, NOTHING, "IDLE", False),
        ({"QRESYNC"}, NOTHING, "CONDSTORE", True),
        ({"CONDSTORE"}, NOTHING, "QRESYNC", False),
        ({"OBJECTID+"}, NOTHING, "OBJECTID", True),
    ],
)
def test_supports(capabilities: set[str], enabled: set[str], name: str, expected: bool) -> None:
    assert supports(frozenset(capabilities), frozenset(enabled), name) is expected


def test_what_revision_2_contains_is_in_upper_case() -> None:
    assert {name.upper() for name in IMPLIED_BY_REV2} == IMPLIED_BY_REV2


@pytest.mark.parametrize(
    ("capabilities", "name", "value"),
    [
        ({"APPENDLIMIT=1024"}, "appendlimit=", "1024"),
        ({"IMAPSIEVE=sieve://Example.org"}, "IMAPSIEVE=", "sieve://Example.org"),
        ({"I18NLEVEL=2", "I18NLEVEL=1"}, "I18NLEVEL=", "1"),
        ({"APPENDLIMIT"}, "APPENDLIMIT=", None),
    ],
)
def test_value_of(capabilities: set[str], name: str, value: str | None) -> None:
    assert value_of(frozenset(capabilities), name) == value
