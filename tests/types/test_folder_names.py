from __future__ import annotations

import unicodedata
from typing import get_args

import pytest

from imapkit.types.folder_names import NAMES, RoleName, role_named

ROWS = [
    (language, role, name)
    for language, names in NAMES.items()
    for role, several in names.items()
    for name in several.split("|")
]


def test_the_table_is_whole() -> None:
    assert len(NAMES) >= 25
    assert all(set(names) == set(get_args(RoleName)) for names in NAMES.values())
    assert all(name == name.strip() and name for _, _, name in ROWS)
    assert all(unicodedata.is_normalized("NFC", name) for _, _, name in ROWS)


def test_no_name_means_two_things() -> None:
    # role_named() knows one role a name: each row must get its own back.
    wrong = [row for row in ROWS if role_named(row[2]) != row[1]]
    assert wrong == []


@pytest.mark.parametrize("spell", [str.upper, str.lower, str.title, lambda name: unicodedata.normalize("NFD", name)])
def test_spelling_does_not_matter(spell: object) -> None:
    wrong = [row for row in ROWS if role_named(spell(row[2])) != row[1]]  # type: ignore[operator]
    # Greek's final sigma and Turkish's dotless i aside, which Python's own upper() cannot bring back.
    assert [row for row in wrong if row[0] not in {"el", "tr"}] == []


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Sent Items", "sent"),
        ("sent-mail", "sent"),
        ("Sent_Messages", "sent"),
        ("Deleted Messages", "trash"),
        ("Junk E-mail", "junk"),
        ("JUNK EMAIL", "junk"),
        ("Gesendete Objekte", "sent"),
        ("Éléments supprimés", "trash"),
        ("Posta indesiderata", "junk"),
        ("Çöp Kutusu", "trash"),
        ("İSTENMEYEN", "junk"),
        ("迷惑メール", "junk"),
        ("보낸편지함", "sent"),
        ("已删除邮件", "trash"),
        ("पुरालेख", "archive"),
    ],
)
def test_well_known_names(name: str, role: RoleName) -> None:
    assert role_named(name) == role


@pytest.mark.parametrize(
    "name", ["", "-", "INBOX", "Invoices", "Sent 2019", "Unsent", "Archive/2024", "Outbox", "发件箱"]
)
def test_other_names(name: str) -> None:
    assert role_named(name) is None
