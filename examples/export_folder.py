"""Write each message of a folder to a file, as a maildir has them, and fetch only what is new the next time."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import stage

from imapkit import Account, Flag, UidSet


def export(account: Account, folder: str, directory: Path) -> None:
    """Export what is not there yet: ``new/`` holds what is unread, ``cur/`` the rest."""
    for name in ("new", "cur"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    have = UidSet(int(path.stem) for path in directory.glob("*/*.eml"))
    with account.connect() as mail:
        wanted = mail.folder(folder).messages.uids() - have
        for message in mail.folder(folder).by_uid(wanted):
            message.save(directory / ("cur" if Flag.SEEN in message.flags else "new"))
    print(f"{len(wanted)} messages of {folder} are new; {len(have) + len(wanted)} are here now")


if __name__ == "__main__":
    with stage.account() as account, TemporaryDirectory() as directory:
        for _ in range(2):
            export(account, "仕事/2026", Path(directory))
