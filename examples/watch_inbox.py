"""Do something with each mail as it arrives, without asking every minute: the server tells at once (IDLE)."""

from __future__ import annotations

from contextlib import closing

import stage

from imapkit import Account, Arrived, FlagsChanged, Removed


def watch(account: Account, *, timeout: float | None = None) -> None:
    """Tell what happens in the inbox, until nothing does for `timeout` seconds."""
    with account.connect() as mail, closing(mail.inbox.watch(timeout=timeout)) as events:
        for event in events:
            match event:
                case Arrived(message):
                    print(f"new: {message.subject}\n     {message.text().strip()}")
                case FlagsChanged(message):
                    print(f"flags of {message.uid}: {', '.join(message.flags)}")
                case Removed(uids):
                    print(f"gone: {uids}")
                case _:
                    print(event)


if __name__ == "__main__":
    with stage.account() as account, stage.life_in(account):
        watch(account, timeout=1)
