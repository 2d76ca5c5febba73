"""What a server sends in each case: the same octets for everybody, and for every run (one seed).

A case is the untagged responses to one command, and the facts that they tell, from the values they were made of: a
contestant that is asked to `check` must find these facts in the octets.
"""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["CASES", "Case", "Facts"]

SEED = 9051
Facts = list[list[object]]

_FIRST = (
    *("Ada", "Charles", "René", "Łukasz", "Grace", "Bob", "Mary", "Jürgen", "Alan", "Ольга", "Emmy", "Carl"),
    *("Zoe", "Li", "Jose", "Anna", "Tom", "Eva", "Karl", "Ida"),
)
_LAST = (
    *("Lovelace", "Babbage", "Descartes", "Żółć", "Hopper", "Kierkegaard", "Somerville", "Groß", "Turing"),
    *("Noether", "Smith", "Miller", "Jones", "Lee"),
)
_ROLES = ("Support (Example)", "Accounts", "Example News", "山田太郎", "Müller, Jürgen", "", "")
_HOSTS = ("example.org", "mail.example.com", "lists.example.net", "sub.department.example.org")
_WORDS = (
    *("meeting", "report", "draft", "invoice", "schedule", "release", "notes", "question", "about", "the", "new"),
    *("old", "budget", "travel", "plan", "for"),
)
_FOREIGN = (
    *("Übersicht", "der", "Änderungen", "Réunion", "reportée", "à", "jeudi", "見積書", "の件", "Отчёт", "за", "неделю"),
    *("Größe", "und", "Maße"),
)
_FLAGS = ("\\Seen", "\\Answered", "\\Flagged", "\\Draft", "$Forwarded", "$Junk", "NonJunk", "$label1")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table."""

    name: str
    title: str
    count: int
    """How many items (octets, for the literal)."""
    make: Callable[[random.Random, int], Iterator[tuple[bytes, list[object]]]]
    """Yields the octets of each response and its facts."""

    def build(self, count: int) -> tuple[list[bytes], Facts]:
        """The responses, and the facts of each item."""
        rng = random.Random(f"{SEED} {self.name}")
        responses: list[bytes] = []
        facts: Facts = []
        for response, fact in self.make(rng, count):
            responses.append(response)
            facts.append(fact)
        return responses, facts


# --- pieces ---------------------------------------------------------------------------------------------------


def _quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _literal(text: bytes) -> bytes:
    return b"{%d}\r\n%s" % (len(text), text)


def _nstring(text: bytes, *, literal: bool = False) -> bytes:
    if not text:
        return b"NIL"
    return _literal(text) if literal or not text.isascii() else _quoted(text)


def _encoded(text: str, rng: random.Random) -> bytes:
    """As header fields carry it: ASCII as it is, all else in encoded words."""
    if text.isascii():
        return text.encode()
    if rng.random() < 0.6:
        return b"=?UTF-8?B?" + base64.b64encode(text.encode()) + b"?="
    return (
        b"=?utf-8?Q?"
        + b"".join(b"=%02X" % o if o > 126 or o in b" ?=_" else bytes((o,)) for o in text.encode())
        + b"?="
    )


def _subject(rng: random.Random) -> str:
    foreign = rng.random() < 0.25
    words = " ".join(rng.choices(_FOREIGN if foreign else _WORDS, k=rng.randint(3, 6 if foreign else 9)))
    return rng.choice(("", "", "Re: ", "Fwd: ", "[list] ")) + words.capitalize()


def _everybody() -> list[tuple[str, str, str]]:
    """Names, mailboxes and hosts: some write often, most seldom."""
    rng = random.Random(SEED)
    people: list[tuple[str, str, str]] = []
    for number in range(2000):
        name = rng.choice(_ROLES) if rng.random() < 0.15 else f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
        mailbox = f"{name.split()[-1].lower()}{number}" if name.isascii() and name.isalpha() else f"user{number}"
        people.append((name, mailbox, rng.choice(_HOSTS)))
    return people


_EVERYBODY = _everybody()


def _person(rng: random.Random) -> tuple[str, str, str]:
    return _EVERYBODY[int(len(_EVERYBODY) * rng.random() ** 2)]


def _address(person: tuple[str, str, str], rng: random.Random) -> bytes:
    name, mailbox, host = person
    return b"(%s NIL %s %s)" % (_nstring(_encoded(name, rng)), _quoted(mailbox.encode()), _quoted(host.encode()))


def _addresses(people: list[tuple[str, str, str]], rng: random.Random) -> bytes:
    return b"(" + b"".join(_address(person, rng) for person in people) + b")" if people else b"NIL"


def _date(rng: random.Random) -> bytes:
    day = rng.choice(_DAYS)
    zone = rng.choice(("+0000", "+0100", "+0200 (CEST)", "-0700", "-0500 (EST)", "+0530", "GMT"))
    clock = f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
    return f"{day}, {rng.randint(1, 28)} {rng.choice(_MONTHS)} {rng.randint(2005, 2026)} {clock} {zone}".encode()


def _internal_date(rng: random.Random) -> bytes:
    clock = f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
    return f'"{rng.randint(1, 28):2}-{rng.choice(_MONTHS)}-{rng.randint(2005, 2026)} {clock} +0100"'.encode()


def _message_id(rng: random.Random) -> bytes:
    return b"<%x.%x@%s>" % (rng.getrandbits(48), rng.getrandbits(64), rng.choice(_HOSTS).encode())


def _some_flags(rng: random.Random) -> list[str]:
    return rng.sample(_FLAGS, rng.choice((0, 1, 1, 1, 2, 2, 3)))


def _envelope(rng: random.Random) -> tuple[bytes, str, tuple[str, str, str]]:
    """The octets, the subject and who it is from.  Dovecot sends a literal in about 43 % of them."""
    subject, sender = _subject(rng), _person(rng)
    from_ = _addresses([sender], rng)
    to = _addresses([_person(rng) for _ in range(rng.choice((1, 1, 1, 2, 3, 6)))], rng)
    cc = _addresses([_person(rng) for _ in range(rng.choice((0, 0, 0, 1, 4)))], rng)
    fields = (
        _nstring(_date(rng)),
        _nstring(_encoded(subject, rng), literal=rng.random() < 0.43),
        *(from_, from_, from_ if rng.random() < 0.8 else _addresses([_person(rng)], rng), to, cc, b"NIL"),
        _nstring(_message_id(rng) if rng.random() < 0.5 else b""),
        _nstring(_message_id(rng)),
    )
    return b"(" + b" ".join(fields) + b")", subject, sender


# --- the cases ------------------------------------------------------------------------------------------------


def _envelopes(rng: random.Random, count: int) -> Iterator[tuple[bytes, list[object]]]:
    uid = 0
    for seq in range(1, count + 1):
        uid += rng.choice((1, 1, 1, 2, 7))
        flags, size = _some_flags(rng), rng.randint(900, 900_000)
        envelope, subject, (name, mailbox, host) = _envelope(rng)
        yield (
            b"* %d FETCH (UID %d FLAGS (%s) INTERNALDATE %s RFC822.SIZE %d ENVELOPE %s)\r\n"
            % (seq, uid, " ".join(flags).encode(), _internal_date(rng), size, envelope),
            [uid, sorted(flags), size, subject, name, f"{mailbox}@{host}"],
        )


def _flags(rng: random.Random, count: int) -> Iterator[tuple[bytes, list[object]]]:
    uid, modseq = 0, 1_200_000
    for seq in range(1, count + 1):
        uid += rng.choice((1, 1, 1, 2, 7))
        modseq += rng.randint(0, 3)
        flags = _some_flags(rng)
        response = b"* %d FETCH (UID %d FLAGS (%s) MODSEQ (%d))\r\n" % (seq, uid, " ".join(flags).encode(), modseq)
        yield response, [uid, sorted(flags), modseq]


_TEXT = b'("text" "%s" ("charset" "utf-8" "format" "flowed") NIL NIL "quoted-printable" %d %d NIL NIL NIL NIL)'
_IMAGE = (
    b'("image" "png" ("name" "image%d.png") "<part%d.%x@example.org>" NIL "base64" %d NIL '
    b'("inline" ("filename" "image%d.png")) NIL NIL)'
)
_FILE = (
    b'("application" "pdf" ("name" "%s") NIL NIL "base64" %d NIL ("attachment" ("filename" "%s" "size" "%d")) NIL NIL)'
)


def _bodystructures(rng: random.Random, count: int) -> Iterator[tuple[bytes, list[object]]]:
    """mixed (alternative (plain, related (html, images)), files, sometimes a forwarded message)."""
    for seq in range(1, count + 1):
        leaves: list[object] = ["text/plain", "text/html"]
        plain = _TEXT % (b"plain", rng.randint(200, 9000), rng.randint(10, 300))
        related = _TEXT % (b"html", rng.randint(900, 90_000), rng.randint(10, 3000))
        for number in range(rng.choice((1, 1, 2))):
            related += _IMAGE % (number, number, rng.getrandbits(64), rng.randint(2000, 90_000), number)
            leaves.append("image/png")
        related = b'(%s "related" ("boundary" "b2_%x") NIL NIL NIL)' % (related, rng.getrandbits(64))
        body = b'(%s%s "alternative" ("boundary" "b1_%x") NIL NIL NIL)' % (plain, related, rng.getrandbits(64))
        for _ in range(rng.choice((1, 2))):
            name = _encoded(rng.choice(("report.pdf", "Übersicht.pdf", "invoice 2024.pdf")), rng)
            body += _FILE % (name, rng.randint(9000, 9_000_000), name, rng.randint(9000, 9_000_000))
            leaves.append("application/pdf")
        if rng.random() < 0.3:
            message = b'(%s%s "alternative" ("boundary" "b3") NIL NIL NIL)' % (plain, _TEXT % (b"html", 700, 20))
            forwarded = b'("message" "rfc822" NIL NIL NIL "7bit" %d %s %s %d NIL ("attachment" NIL) NIL NIL)'
            body += forwarded % (rng.randint(3000, 90_000), _envelope(rng)[0], message, rng.randint(50, 900))
            leaves.append("message/rfc822")
        structure = b'(%s "mixed" ("boundary" "b0_%x") NIL NIL NIL)' % (body, rng.getrandbits(64))
        yield b"* %d FETCH (UID %d BODYSTRUCTURE %s)\r\n" % (seq, seq, structure), [seq, leaves]


def _headers(rng: random.Random, count: int) -> Iterator[tuple[bytes, list[object]]]:
    for seq in range(1, count + 1):
        subject = _subject(rng)
        flags, size = _some_flags(rng), rng.randint(2000, 900_000)
        fields = [
            b"Subject: " + _encoded(subject, rng),
            b"From: %s <%s@example.org>" % (_encoded("Jürgen Groß", rng), b"juergen"),
            b"To: " + b",\r\n ".join(b"user%d@%s" % (n, rng.choice(_HOSTS).encode()) for n in range(rng.randint(1, 4))),
            b"Date: " + _date(rng),
            b"Message-ID: " + _message_id(rng),
            b"MIME-Version: 1.0",
            b'Content-Type: multipart/alternative;\r\n\tboundary="b1_%x"' % rng.getrandbits(64),
        ]
        received = b"Received: from %s (%s [192.0.2.%d])\r\n\tby %s with ESMTPS id %x\r\n\tfor <ada@example.org>; %s"
        while sum(map(len, fields)) < 880:
            hosts = [rng.choice(_HOSTS).encode() for _ in range(3)]
            fields.insert(0, received % (*hosts[:2], rng.randrange(255), hosts[2], rng.getrandbits(60), _date(rng)))
        block = b"\r\n".join(fields) + b"\r\n\r\n"
        yield (
            b"* %d FETCH (UID %d FLAGS (%s) RFC822.SIZE %d BODY[HEADER] %s)\r\n"
            % (seq, seq, " ".join(flags).encode(), size, _literal(block)),
            [seq, len(block), subject],
        )


def _list(rng: random.Random, count: int) -> Iterator[tuple[bytes, list[object]]]:
    for number in range(count):
        name = "/".join(
            rng.choices(("Archive", "Projects", "Clients", "2024", "Lists", "Team A", "INBOX"), k=rng.randint(1, 3))
        )
        name, octets = f"{name}/Folder {number}", f"{name}/Folder {number}".encode()
        if rng.random() < 0.15:
            name, octets = f"{name} für Müller", octets + b" f&APw-r M&APw-ller"
        attributes = [rng.choice(("\\HasNoChildren", "\\HasChildren"))] + ["\\Marked"] * (rng.random() < 0.2)
        yield b'* LIST (%s) "/" "%s"\r\n' % (" ".join(attributes).encode(), octets), [name, "/", attributes]


def _uids(rng: random.Random, count: int) -> list[int]:
    uids: list[int] = []
    uid = 100_000
    while len(uids) < count:
        uid += rng.choice((1, 1, 1, 1, 2, 9))
        uids.append(uid)
    return uids


def _search(rng: random.Random, count: int) -> Iterator[tuple[bytes, list[object]]]:
    uids = _uids(rng, count)
    yield b"* SEARCH %s\r\n" % " ".join(map(str, uids)).encode(), [len(uids), sum(uids)]


def _esearch(rng: random.Random, count: int) -> Iterator[tuple[bytes, list[object]]]:
    uids = _uids(rng, count)
    runs: list[list[int]] = []
    for uid in uids:
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    text = ",".join(str(low) if low == high else f"{low}:{high}" for low, high in runs)
    yield b'* ESEARCH (TAG "@TAG@") UID ALL %s\r\n' % text.encode(), [len(uids), sum(uids)]


def _large(rng: random.Random, octets: int) -> Iterator[tuple[bytes, list[object]]]:
    line = base64.encodebytes(rng.randbytes(57 * 1024)).replace(b"\n", b"\r\n")
    content = (line * (octets // len(line) + 1))[:octets]
    digest = hashlib.sha256(content).hexdigest()
    yield b"* 1 FETCH (UID 1 BODY[] %s)\r\n" % _literal(content), [1, octets, digest]


CASES: dict[str, Case] = {
    case.name: case
    for case in (
        Case("envelope", "FETCH with ENVELOPE", 20_000, _envelopes),
        Case("flags", "FETCH UID FLAGS MODSEQ", 20_000, _flags),
        Case("bodystructure", "BODYSTRUCTURE, nested", 5_000, _bodystructures),
        Case("headers", "header literal of 1 KB", 5_000, _headers),
        Case("list", "LIST line", 10_000, _list),
        Case("search", "UID in a SEARCH of 200,000", 200_000, _search),
        Case("esearch", "UID in an ESEARCH of 200,000", 200_000, _esearch),
        Case("literal", "literal of 64 MiB, in ms", 64 * 1024 * 1024, _large),
    )
}
