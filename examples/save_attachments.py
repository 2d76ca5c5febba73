"""Save the PDFs that came since some day; each is fetched alone, and streamed to the disk."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

import mails
import stage

from imapkit import Account


def save_pdfs(account: Account, since: dt.date, directory: Path) -> None:
    """Save all PDFs of the inbox; a name that is taken gets a number."""
    with account.connect() as mail:
        for message in mail.inbox.search(since=since):
            for attachment in message.attachments:
                if attachment.matches("*.pdf"):
                    path = attachment.save(directory)
                    print(f"{path.name}, {path.stat().st_size} octets, from {message.from_}")


if __name__ == "__main__":
    with stage.account() as account, TemporaryDirectory() as directory:
        save_pdfs(account, mails.DAY - dt.timedelta(days=30), Path(directory))
