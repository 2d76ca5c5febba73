"""Where the examples play: on a server of their own, in this process, or on an account of yours."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import io
import os
import sys
import threading
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getpass
from itertools import repeat
from typing import cast

import mails
from guide import Guide

from imapkit import Account, ImapError, ImapUrl, InvalidArgument, Mailbox, Password, Role
from imapkit.testing import Server

__all__ = ["Stage", "account", "account_of", "accounts", "deliver", "fill", "life_in", "run"]


@contextmanager
def account() -> Generator[Account]:
    """An account with some hundred mails, on a server in this process that speaks TLS on the loopback interface.

    Yours would be ``Account(host="imap.example.org", auth=Password("ann", "open sesame"))``.
    """
    with accounts("ann") as [ann]:
        yield ann


@contextmanager
def accounts(*users: str) -> Generator[list[Account]]:
    """Accounts of several users."""
    with Server() as server:
        for user in users:
            server.add_user(user, "open sesame")
            with server.connect(user) as mail:
                fill(mail)
        yield [server.account(user) for user in users]


def fill(mail: Mailbox) -> None:
    """Put the mails of `mails.py` into an account."""
    for names in mails.FOLDERS:
        mail.folder(*names).create(exist_ok=True)
    for letter in mails.letters():
        mail.folder(*letter.folder).append(letter.octets, flags=letter.flags, date=letter.received)


@contextmanager
def life_in(account: Account) -> Generator[None]:
    """Meanwhile, as if by another client: a mail comes, is read, and is deleted."""

    def acts() -> Iterator[Callable[[], object]]:
        with account.connect() as mail:
            newest = mail.inbox.messages.newest(1)
            for _ in range(2):  # because whoever watches may not have begun when the first one comes
                yield lambda: mail.append(mails.parcel(), Role.INBOX)
                yield newest.mark_seen
                yield newest.delete

    with _meanwhile(acts()):
        yield


@contextmanager
def _meanwhile(acts: Iterable[Callable[[], object]]) -> Generator[None]:
    """Carry out the acts one after the other in a thread, each after a moment, until the block ends."""
    over = threading.Event()

    def perform() -> None:
        for act in acts:
            if over.wait(0.3):
                break
            act()

    thread = threading.Thread(target=perform)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


# --- the tour ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stage:
    """An account, since when to look at it, and how mail gets there (None: when it comes, it comes)."""

    account: Account
    since: dt.date
    deliver: Callable[[], object] | None = None

    @contextmanager
    def deliveries(self) -> Generator[None]:
        """Mail arrives meanwhile, again and again until the block ends."""
        with _meanwhile(repeat(self.deliver) if self.deliver is not None else ()):
            yield


def run(
    tour: Callable[[Stage, Guide], None], tour_async: Callable[[Stage, Guide], Coroutine[None, None, None]]
) -> None:
    """Give the tour that the command line asks for."""
    parser = argparse.ArgumentParser(prog="examples", description="A guided tour of a mailbox.")
    parser.add_argument("--url", help="your account, where the tour changes nothing: imaps://ann@imap.example.org")
    parser.add_argument("--async", action="store_true", dest="asyncio", help="the same with asyncio")
    arguments = parser.parse_args()
    if isinstance(stdout := cast("object", sys.stdout), io.TextIOWrapper):
        stdout.reconfigure(errors="backslashreplace")  # some terminals cannot show all that comes by mail
    try:
        with _stage(arguments.url) as stage:
            if arguments.asyncio:
                asyncio.run(tour_async(stage, Guide()))
            else:
                tour(stage, Guide())
        print("\nThat was the tour; its steps are functions in examples/tour.py.")
    except ImapError as error:
        sys.exit(f"{type(error).__name__}: {error}")


@contextmanager
def _stage(url: str | None) -> Generator[Stage]:
    if url is not None:
        yield Stage(account_of(url), dt.date.today() - dt.timedelta(days=60))
        return
    with account() as ann:
        print("A mail server runs in this process for the time of this tour, with some hundred mails for Ann.")
        yield Stage(ann, mails.DAY - dt.timedelta(days=60), lambda: deliver(ann))


def deliver(account: Account) -> None:
    """A mail arrives."""
    with account.connect() as mail:
        mail.append(mails.parcel(), Role.INBOX)


def account_of(url: str) -> Account:
    """The account that a URL names, to be read only; the password is in IMAPKIT_PASSWORD, or asked for."""
    parsed = ImapUrl.parse(url)
    if not parsed.user:
        raise InvalidArgument("whose account? write imaps://ann@imap.example.org (and %40 for an @ in the name)")
    password = os.environ.get("IMAPKIT_PASSWORD") or getpass(f"Password of {parsed.user} at {parsed.host}: ")
    return Account(
        host=parsed.host,
        port=parsed.port,
        security="tls" if parsed.scheme == "imaps" else "starttls",
        auth=Password(parsed.user, password),
        read_only=True,
    )
