"""What all sessions of a server share: the accounts, what is offered, the transcript, and the failures to come."""

from __future__ import annotations

import hmac
import re
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from imapkit.errors import InvalidArgument
from imapkit.testing import certificates, labels
from imapkit.testing.annotations import Metadata
from imapkit.testing.labels import Labels
from imapkit.testing.refusal import Refused
from imapkit.testing.store import FIRST_FOLDERS, Account
from imapkit.testing.transcript import Transcript
from imapkit.types.auth import Secret

if TYPE_CHECKING:
    import ssl

    from imapkit.testing.features import Table
    from imapkit.testing.news import News
    from imapkit.testing.profiles import Profile
    from imapkit.testing.session import ServerSession

__all__ = ["Failure", "Progress", "Site"]

_LINE = re.compile(r"[^\x00\r\n]*")
_CODE = re.compile(r"[^\x00\r\n\]]+")


@dataclass(frozen=True, slots=True)
class Failure:
    """How a command is to fail."""

    status: Literal["NO", "BAD"]
    code: str | None
    text: str

    def __post_init__(self) -> None:
        if self.status not in ("NO", "BAD"):
            raise InvalidArgument(f"a command fails with NO or BAD, not {self.status!r}")
        if not _LINE.fullmatch(self.text) or (self.code is not None and not _CODE.fullmatch(self.code)):
            raise InvalidArgument("the text of a response is one line, and its code has no ']'")


@dataclass(frozen=True, slots=True)
class Progress:
    """What a command is to tell of how far it has come (`inprogress.tell`)."""

    done: tuple[int | None, ...]
    goal: int | None
    tagged: bool

    def __post_init__(self) -> None:
        if any(done is not None and done < 0 for done in self.done) or (self.goal is not None and self.goal < 1):
            raise InvalidArgument("what is done is 0 or more, and what is to be done 1 or more")


class Site:
    """The server behind its sessions.  Whoever touches it, or a session of it, holds `lock`."""

    def __init__(self, profile: Profile, table: Table) -> None:
        self.lock = threading.RLock()
        self.profile = profile
        self.table = table
        self.accounts: dict[str, Account] = {}
        self.transcript = Transcript()
        self.sessions: set[ServerSession] = set()
        self.acting: ServerSession | None = None
        """The session whose command is being carried out."""
        self.metadata = Metadata()
        """The server's own entries (METADATA-SERVER, RFC 5464)."""
        self.metadata.set("", {"/shared/admin": b"mailto:admin@localhost"})
        self._labels = Labels() if profile.labels else None
        self._failures: dict[str, deque[Failure]] = defaultdict(deque)
        self._progress: dict[str, deque[Progress]] = defaultdict(deque)
        self._context: ssl.SSLContext | None = None

    def add_user(self, user: str, password: str, quota: int | None) -> Account:
        """Make an account."""
        if not user or "\0" in user:
            raise InvalidArgument("a user's name is not empty and holds no NUL")
        if user in self.accounts:
            raise InvalidArgument(f"there is a user {user!r} already")
        # Spread, so that no UIDVALIDITY of one account is another's by accident.
        uidvalidity = 1000 * (len(self.accounts) + 1)
        folders = labels.FOLDERS if self.profile.labels else FIRST_FOLDERS
        account = Account(
            user, Secret(password), quota=quota, uidvalidity=uidvalidity, publish=self.publish, folders=folders
        )
        self.accounts[user] = account
        return account

    def publish(self, news: News) -> None:
        """Tell all sessions but the one that made it happen, which knows (RFC 5465, 5)."""
        if self._labels is not None:
            self._labels.hear(news)
        for session in tuple(self.sessions):
            if session is not self.acting:
                session.hear(news)

    def account(self, user: str) -> Account:
        """The account of a user whom the caller has added."""
        try:
            return self.accounts[user]
        except KeyError:
            raise InvalidArgument(f"there is no user {user!r}: add_user() first") from None

    def password_of(self, user: str) -> str | None:
        """What the user should know; None for nobody."""
        account = self.accounts.get(user)
        return None if account is None else account.password.reveal()

    def log_in(self, user: str, password: str) -> Account:
        """The account, for whoever knows the password."""
        expected = self.password_of(user)
        if expected is None or not hmac.compare_digest(expected.encode(), password.encode("utf-8", "surrogateescape")):
            raise Refused("Authentication failed.", code="AUTHENTICATIONFAILED")
        return self.accounts[user]

    def fail_next(self, command: str, failure: Failure) -> None:
        """Have the next such command fail."""
        self._failures[command].append(failure)

    def failure_of(self, command: str) -> Failure | None:
        """How this command is to fail, if it is."""
        waiting = self._failures.get(command)
        return waiting.popleft() if waiting else None

    def progress_next(self, command: str, progress: Progress) -> None:
        """Have the next such command tell how far it has come."""
        self._progress[command].append(progress)

    def progress_of(self, command: str) -> Progress | None:
        """What this command is to tell of how far it has come, if anything."""
        waiting = self._progress.get(command)
        return waiting.popleft() if waiting else None

    def tls_context(self) -> ssl.SSLContext:
        """The server's side of TLS, with the certificate that nobody trusts unless asked."""
        if self._context is None:
            self._context = certificates.server_context()
        return self._context
