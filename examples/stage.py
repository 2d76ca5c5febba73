"""Where the examples play: on a server of their own, in this process, or on an account of yours."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import io
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getpass
from typing import cast

import mails
from guide import Guide

from imapkit import Account, ImapError, ImapUrl, InvalidArgument, Mailbox, Password
from imapkit.testing import Server

__all__ = ["Stage", "account", "fill", "run"]


@dataclass(frozen=True, slots=True)
class Stage:
    """An account, from when on to look at it, and how mail gets there (None: when it comes, it comes)."""

    account: Account
    since: dt.date
    deliver: Callable[[], object] | None = None

    @contextmanager
    def deliveries(self) -> Generator[None]:
        """Mail arrives meanwhile: in half a second, and again until somebody has seen it."""
        over = threading.Event()

        def postman() -> None:
            while self.deliver is not None and not over.wait(0.5):
                self.deliver()

        thread = threading.Thread(target=postman)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@contextmanager
def account() -> Generator[Account]:
    """An account with some hundred mails in it, on a server in this process that speaks TLS on the loopback interface.

    Yours would be ``Account(host="imap.example.org", auth=Password("ann", "open sesame"))``.
    """
    with _server() as server:
        yield server.account("ann")


@contextmanager
def _server() -> Generator[Server]:
    with Server() as server:
        server.add_user("ann", "open sesame")
        with server.account("ann").connect() as mail:
            fill(mail)
        yield server


def fill(mail: Mailbox) -> None:
    """Put the mails of `mails.py` into an account."""
    for names in mails.FOLDERS:
        mail.folder(*names).create(exist_ok=True)
    for letter in mails.letters():
        mail.folder(*letter.folder).append(letter.octets, flags=letter.flags, date=letter.received)


def run(tour: Callable[[Stage, Guide], None], tour_async: Callable[[Stage, Guide], Awaitable[None]]) -> None:
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
                asyncio.run(_awaited(tour_async(stage, Guide())))
            else:
                tour(stage, Guide())
        print("\nThat was the tour; its steps are functions in examples/tour.py.")
    except ImapError as error:
        sys.exit(f"{type(error).__name__}: {error}")


async def _awaited(tour: Awaitable[None]) -> None:
    await tour


@contextmanager
def _stage(url: str | None) -> Generator[Stage]:
    if url is not None:
        yield Stage(account_of(url), dt.date.today() - dt.timedelta(days=60))
    else:
        with _server() as server:
            print("A mail server runs in this process for the time of this tour, with some hundred mails for Ann.")
            since = mails.DAY - dt.timedelta(days=60)
            yield Stage(server.account("ann"), since, lambda: server.deliver("ann", mails.parcel()))


def account_of(url: str) -> Account:
    """The account that a URL names, to be read only; the password is in IMAPKIT_PASSWORD, or asked for."""
    parsed = ImapUrl.parse(url)
    if not parsed.user:
        raise InvalidArgument("whose account? write imaps://ann@imap.example.org")
    password = os.environ.get("IMAPKIT_PASSWORD") or getpass(f"Password of {parsed.user} at {parsed.host}: ")
    return Account(
        host=parsed.host,
        port=parsed.port,
        security="tls" if parsed.scheme == "imaps" else "starttls",
        auth=Password(parsed.user, password),
        read_only=True,
    )
