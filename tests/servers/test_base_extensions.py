"""The small extensions that nearly everybody has, on each real server that offers them, command by command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from imapkit.protocol.capabilities import value_of
from imapkit.protocol.extensions.acl import MyRights
from imapkit.protocol.extensions.append import Append, AppendUid, NewMessage
from imapkit.protocol.extensions.appendlimit import APPENDLIMIT, limit_of
from imapkit.protocol.extensions.copy import Copy, CopyUid, Move
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.expunge import UidExpunge
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create, Delete
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select, Unselect
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.model import State
from imapkit.types.flags import Flag
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.servers.rig import RealServer
from tests.servers.speaking import Speaker, speaking

#: Twisted takes no message without flags and a date.
DAY = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


@pytest.fixture
def speaker(real_server: RealServer) -> Iterator[Speaker]:
    with speaking(real_server) as speaker:
        yield speaker


def prefix(speaker: Speaker) -> str:
    """What the names of the user's own mailboxes begin with."""
    if not speaker.connection.supports("NAMESPACE"):
        return ""
    namespaces = speaker.do(GetNamespaces())
    assert namespaces is not None
    assert namespaces.personal
    return namespaces.personal[0].prefix


def make(speaker: Speaker, name: str) -> str:
    """A new mailbox."""
    mailbox = prefix(speaker) + name
    speaker.do(Create(mailbox))
    return mailbox


def fill(speaker: Speaker, *texts: str, mailbox: str = "INBOX") -> UidSet:
    """Messages in a mailbox, which is selected then; their UIDs."""
    for text in texts:
        new = NewMessage(f"Subject: {text}\r\n\r\n{text}\r\n".encode(), (Flag.SEEN,), DAY)
        speaker.do(Append(mailbox, (new,)))
    speaker.do(Select(mailbox))
    uids = speaker.do(Search(Q.all)).uids
    assert len(uids) == len(texts)
    return uids


def count(speaker: Speaker, mailbox: str) -> int:
    """How many messages there are."""
    status = speaker.do(GetStatus(mailbox, (MESSAGES,)))
    assert status is not None
    return status.get(MESSAGES) or 0


def first(uids: UidSet) -> UidSet:
    """The lowest of them alone."""
    assert uids.first is not None
    return UidSet([uids.first])


class TestMailboxes:
    def test_namespaces(self, speaker: Speaker) -> None:
        speaker.needs("NAMESPACE")
        make(speaker, "Mine")

    def test_unselect_expunges_nothing(self, speaker: Speaker) -> None:
        speaker.needs("UNSELECT")
        uids = fill(speaker, "a", "b")
        speaker.do(Store(first(uids), "+", (Flag.DELETED,)))
        speaker.do(Unselect())
        assert speaker.connection.session.state is State.AUTHENTICATED
        assert count(speaker, "INBOX") == 2

    def test_special_use(self, speaker: Speaker) -> None:
        speaker.needs("CREATE-SPECIAL-USE")
        mailbox = prefix(speaker) + "For a purpose"
        returns = ("SPECIAL-USE",) if speaker.connection.supports("SPECIAL-USE") else ()
        taken = {use.lower() for listed in speaker.do(List(returns=returns)).mailboxes for use in listed.attributes}
        # Cyrus takes no second mailbox for a use, and no \\Flagged; hoodiecrow no \\Important.
        use = next(use for use in ("\\Archive", "\\Junk", "\\Important") if use.lower() not in taken)
        speaker.do(Create(mailbox, (use,)))
        (listed,) = speaker.do(List((mailbox,), returns=returns)).mailboxes
        assert use.lower() in map(str.lower, listed.attributes)

    def test_rights_by_name(self, speaker: Speaker) -> None:
        speaker.needs("RIGHTS=")
        rights = speaker.do(MyRights("INBOX"))
        assert rights is not None
        letters = value_of(speaker.connection.session.capabilities or frozenset(), "RIGHTS=")
        assert letters is not None
        assert {"t", "e"} <= set(letters.lower()) & set(rights.rights)

    def test_utf8(self, speaker: Speaker) -> None:
        speaker.needs("UTF8=ACCEPT")
        speaker.do(Enable(("UTF8=ACCEPT",)))
        mailbox = make(speaker, "Entwürfe")
        (listed,) = speaker.do(List((mailbox,))).mailboxes
        assert listed.mailbox == mailbox
        assert speaker.do(Select(mailbox)).exists == 0
        speaker.do(Select("INBOX"))
        speaker.do(Delete(mailbox))


class TestMessages:
    def test_copy(self, speaker: Speaker) -> None:
        target = make(speaker, "Copies")
        uids = fill(speaker, "a", "b")
        speaker.do(Copy(first(uids), target))
        assert (count(speaker, target), len(speaker.do(Search(Q.all)).uids)) == (1, 2)

    def test_move(self, speaker: Speaker) -> None:
        speaker.needs("MOVE")
        target = make(speaker, "Moved")
        uids = fill(speaker, "a", "b")
        speaker.do(Move(first(uids), target))
        assert speaker.do(Search(Q.all)).uids == uids - first(uids)
        assert count(speaker, target) == 1

    def test_uids_of_what_is_new(self, speaker: Speaker) -> None:
        speaker.needs("UIDPLUS")
        appended = speaker.do(Append("INBOX", (NewMessage(b"Subject: x\r\n\r\nx\r\n"),)))
        selected = speaker.do(Select("INBOX"))
        (uid,) = speaker.do(Search(Q.all)).uids
        assert appended == AppendUid(selected.uidvalidity or 0, ((uid, uid),))
        copied = speaker.do(Copy(UidSet([uid]), "INBOX"))
        assert isinstance(copied, CopyUid)
        assert copied.source == ((uid, uid),)
        ((copy, _),) = copied.target
        speaker.do(Select("INBOX"))
        assert speaker.do(Search(Q.all)).uids == UidSet([uid, copy])

    def test_only_these_are_expunged(self, speaker: Speaker) -> None:
        speaker.needs("UIDPLUS")
        uids = fill(speaker, "a", "b", "c")
        speaker.do(Store(uids, "+", (Flag.DELETED,)))
        speaker.do(UidExpunge(first(uids)))
        assert speaker.do(Search(Q.all)).uids == uids - first(uids)

    def test_several_at_once(self, speaker: Speaker) -> None:
        speaker.needs("MULTIAPPEND")
        new = tuple(NewMessage(f"Subject: {n}\r\n\r\n{n}\r\n".encode()) for n in range(3))
        speaker.do(Append("INBOX", new))
        assert count(speaker, "INBOX") == 3

    def test_the_limit_is_a_number(self, speaker: Speaker) -> None:
        speaker.needs("APPENDLIMIT", "APPENDLIMIT=")
        limit = limit_of(speaker.connection.session.capabilities or frozenset())
        if limit is None:  # it is another one for each mailbox (RFC 7889, 2)
            status = speaker.do(GetStatus("INBOX", (APPENDLIMIT,)))
            limit = status.get(APPENDLIMIT) if status is not None else None
        assert limit is not None
        assert limit > 1_000_000

    def test_case_is_ignored_in_all_of_unicode(self, speaker: Speaker) -> None:
        speaker.needs("I18NLEVEL=1", "I18NLEVEL=2")
        new = NewMessage(b"Subject: =?utf-8?q?GR=C3=9CN?=\r\n\r\nx\r\n")
        speaker.do(Append("INBOX", (new,)))
        speaker.do(Select("INBOX"))
        assert len(speaker.do(Search(Q.subject("grün"))).uids) == 1


class TestSession:
    @pytest.mark.parametrize("capability", ["LITERAL+", "LITERAL-"])
    def test_literals_fly(self, speaker: Speaker, capability: str) -> None:
        speaker.needs(capability)
        pending = speaker.connection.send(Append("INBOX", (NewMessage(b"Subject: b\r\n\r\nb\r\n"),)))
        assert pending.dialect.literal_plus or pending.dialect.literal_minus
        speaker.do(Noop())
        pending.result()
        assert count(speaker, "INBOX") == 1

    def test_idling_begins_and_ends(self, speaker: Speaker) -> None:
        speaker.needs("IDLE")
        speaker.do(Select("INBOX"))
        pending = speaker.connection.send(Idle())
        pending.end()
        speaker.do(Noop())
        pending.result()
