"""Some hundred mails as they really come, for the examples and whoever needs some: the same ones every time.

    for letter in letters():
        print(letter.folder, letter.received, len(letter.octets))

Among them: many scripts and charsets, HTML with pictures in it, attachments with names of every kind, mails inside of
mails, a conversation, newsletters, and headers that no standard allows.  All addresses are example.org's or
example.net's, which belong to nobody (RFC 2606).
"""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

__all__ = ["ANN", "DAY", "FOLDERS", "Letter", "letters", "parcel"]

#: The day on which these mails are looked at.
DAY = dt.date(2026, 11, 24)
ANN = ("Ann", "ann@example.org")

PROJECT = ("Projekte", "Müller & Söhne")
DRAFTS_OF_OLD = ("Entwürfe-Archiv",)
WORK = ("仕事", "2026")
#: Folders to make, besides those that every account has; each as its name below the names of its parents.
FOLDERS = (("Newsletters",), PROJECT[:1], PROJECT, DRAFTS_OF_OLD, WORK[:1], WORK)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, where it lies, when it came, and its flags."""

    folder: tuple[str, ...]
    received: dt.datetime
    octets: bytes
    flags: tuple[str, ...] = ()


def letters(day: dt.date = DAY) -> list[Letter]:
    """All of them, the oldest first; the newest came in the afternoon of `day`."""
    kinds = (_correspondence, _conversation, _newsletters, _parcels, _forwarded, _broken, _elsewhere)
    made = sorted((one for kind in kinds for one in kind()), key=lambda one: -one[0])
    evening = dt.datetime.combine(day, dt.time(18), dt.timezone(dt.timedelta(hours=1)))
    found: list[Letter] = []
    for number, (hours, folder, flags, content) in enumerate(made):
        received = evening - dt.timedelta(hours=hours, minutes=number * 7 % 60)
        octets = content if isinstance(content, bytes) else _octets(content, number, received)
        found.append(Letter(folder, received, octets, flags))
    return sorted(found, key=lambda letter: letter.received)


def parcel() -> bytes:
    """One more mail, which arrives while somebody watches."""
    sender = ("Parcel service", "parcels@example.net")
    message = _message(sender, "Your parcel is on its way 📦", "It will be with you today.")
    return _octets(message, 1000, dt.datetime.combine(DAY, dt.time(9, 30), dt.UTC))


#: Hours before the evening, folder, flags, and the mail.
Made = tuple[float, tuple[str, ...], tuple[str, ...], EmailMessage | bytes]
INBOX = ("INBOX",)
SEEN = ("\\Seen",)


def _message(
    sender: tuple[str, str], subject: str, text: str, charset: str = "utf-8", encoding: str = "8bit"
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(*sender)
    message["To"] = _address(*ANN)
    message["Subject"] = subject
    message.set_content(text + "\n", charset=charset, cte=encoding.replace("qp", "quoted-printable"))
    return message


def _address(name: str, address: str) -> Address:
    return Address(name, addr_spec=address)


def _octets(message: EmailMessage, number: int, received: dt.datetime) -> bytes:
    """The mail as it travels: dated, named, and with boundaries that are no random numbers."""
    if "Date" not in message:
        message["Date"] = received - dt.timedelta(seconds=number % 50 + 3)
    if "Message-ID" not in message:
        message["Message-ID"] = f"<{number}.mail@example.net>"
    for level, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"=_{number}_{level}_=")
    return message.as_bytes()


# --- everyday letters, in many languages ------------------------------------------------------------------------------

CORRESPONDENTS = {
    "buero": ("Büro Müller & Söhne", "buero@example.net"),
    "ksiegowosc": ("Księgowość", "ksiegowosc@example.org"),
    "keiri": ("経理部", "keiri@example.org"),
    "sales": ("قسم المبيعات", "sales@example.net"),
    "logistirio": ("Λογιστήριο", "logistirio@example.org"),
    "kadry": ("Отдел кадров", "kadry@example.net"),
    "lunch": ("Lunch club 🥗", "lunch@example.org"),
    "mairie": ("Mairie — état civil", "mairie@example.net"),
    "bob": ("Bob", "bob@example.net"),
    "carol": ("Carol, of the library", "carol@example.org"),
    "support": ("Support", "support@example.net"),
    "monitoring": ("Monitoring", "monitoring@example.org"),
}

#: Who, subject, text, charset, transfer encoding.
TEXTS = (
    ("buero", "Angebot für die Küche, überarbeitet", "Guten Tag,\n\nbitte prüfen Sie die Maße.", "iso-8859-1", "qp"),
    ("ksiegowosc", "Faktura: zażółć gęślą jaźń", "Dzień dobry,\n\nprzesyłamy fakturę.", "iso-8859-2", "qp"),
    ("keiri", "請求書の送付について", "お世話になっております。\n\nご確認ください。", "iso-2022-jp", "7bit"),
    ("sales", "عرض أسعار جديد", "مرحباً،\n\nتجدون طيه عرض الأسعار الجديد.", "utf-8", "base64"),
    ("logistirio", "Τιμολόγιο Νοεμβρίου", "Καλημέρα,\n\nσας στέλνουμε το τιμολόγιο.", "iso-8859-7", "base64"),
    ("kadry", "График отпусков на 2027 год", "Здравствуйте!\n\nУкажите даты до пятницы.", "koi8-r", "8bit"),
    ("lunch", "Friday: 🍕 or 🍜?", "Reply with one emoji, please. 🙏", "utf-8", "8bit"),
    ("mairie", "Votre demande d'extrait", "Madame, Monsieur,\n\nvotre demande a été reçue.", "windows-1252", "qp"),
    ("bob", "Re: the garden fence", "I measured again: 14 metres, not 12.\n\nBob", "us-ascii", "7bit"),
    (
        "carol",
        "Books that are due",
        "Due on Friday:\n\n  - The Postal Museum\n  - Knots",
        "us-ascii",
        "7bit",
    ),
    ("support", "[ticket 4711] Your printer", "We have ordered the part. It takes a week.", "utf-8", "7bit"),
    ("monitoring", "OK: disk usage back to 61 %", "host: files.example.org\nstate: OK", "us-ascii", "7bit"),
)


def _correspondence() -> Iterator[Made]:
    """Thirty-six letters: each correspondent once in the last two weeks, and twice before."""
    for turn in range(3):
        for index, (who, subject, text, charset, cte) in enumerate(TEXTS):
            message = _message(CORRESPONDENTS[who], subject, text, charset, cte)
            unread = turn == 0 and index % 2 == 0
            answered = turn and index % 5 == 0
            flags = () if unread else (*SEEN, "\\Answered") if answered else SEEN
            yield 9 + index * 23 + turn * 700, INBOX if turn < 2 else ("Archive",), flags, message


# --- a conversation ---------------------------------------------------------------------------------------------------

#: Who says what in it, and what it answers.
SAID = (
    ("bob", "Shall we move the meeting to Thursday?", None),
    ("ann", "Thursday is fine. In the morning?", 0),
    ("carol", "I can only do the afternoon.", 1),
    ("bob", "Then 14:00, in the reading room.", 2),
    ("ann", "Good. I bring the plans.", 3),
    ("lunch", "And I bring the cake. 🍰", 3),
    ("carol", "The reading room is booked until 14:30, so come a little later.", 3),
)


def _conversation() -> Iterator[Made]:
    people = {**CORRESPONDENTS, "ann": ANN}
    for number, (who, text, answers) in enumerate(SAID):
        message = _message(people[who], "Meeting on Wednesday" if answers is None else "Re: Meeting on Wednesday", text)
        message["Message-ID"] = _said(number)
        if answers is not None:
            message["In-Reply-To"] = _said(answers)
            message["References"] = " ".join(map(_said, _ancestors(number)))
            quoted = "".join(f"> {line}\n" for line in SAID[answers][1].splitlines())
            message.set_content(f"{text}\n\n{people[SAID[answers][0]][0]} wrote:\n{quoted}")
        del message["To"]
        message["To"] = [_address(*people[other]) for other in ("ann", "bob", "carol") if other != who]
        own = who == "ann"
        yield 60 - number * 6, ("Sent",) if own else INBOX, SEEN if own or number < 3 else (), message


def _said(number: int) -> str:
    return f"<meeting.{number}@example.org>"


def _ancestors(number: int) -> list[int]:
    answers = SAID[number][2]
    return [] if answers is None else [*_ancestors(answers), answers]


# --- newsletters: HTML with a text beside it, and a picture in it -----------------------------------------------------


def _newsletters() -> Iterator[Made]:
    for week in range(12):
        message = _message(
            ("Gardening weekly", "news@example.net"),
            f"Gardening weekly {48 - week}: {('bulbs', 'compost', 'hedges', 'tools')[week % 4]}",
            f"This week, all about {('bulbs', 'compost', 'hedges', 'tools')[week % 4]}.\n\n" + "Read on below. " * 20,
        )
        message["List-Id"] = "Gardening weekly <weekly.example.net>"
        message["List-Unsubscribe"] = f"<https://example.net/unsubscribe?week={week}>, <mailto:leave@example.net>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        rows = "".join(f"<tr><td>{plant}</td><td>{plant.upper()}</td></tr>" for plant in ("rose", "ivy", "oak") * 8)
        message.add_alternative(
            f"<html><body><img src='cid:logo@example.net'><h1>This week</h1><table>{rows}</table></body></html>\n",
            subtype="html",
        )
        [*_, page] = message.iter_parts()
        assert isinstance(page, EmailMessage)
        page.add_related(
            _png(40, 20, week), "image", "png", cid="<logo@example.net>", filename="logo.png", disposition="inline"
        )
        yield 30 + week * 168, INBOX, () if week < 4 else SEEN, message


def _png(width: int, height: int, shade: int) -> bytes:
    """A tiny picture, made by hand: a green that gets darker from left to right."""
    row = b"\0" + bytes(b for x in range(width) for b in (shade * 9, 255 - x * 5 % 256, shade * 3))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(row * height)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


# --- attachments ------------------------------------------------------------------------------------------------------

#: Who, subject, and the files that come with it.
PARCELS = (
    ("ksiegowosc", "Faktura 11/2026", ("Faktura listopad – żółta.pdf", "pozycje.csv")),
    ("buero", "Pläne und Aufmaß", ("Grundriß Küche.pdf", "Aufmaß.csv", "Foto der Wand.png")),
    ("keiri", "請求書 2026年11月", ("請求書_2026-11.pdf",)),
    ("logistirio", "Τιμολόγιο σε PDF", ("τιμολόγιο.pdf",)),
    ("sales", "قائمة الأسعار", ("قائمة الأسعار.csv",)),
    ("support", "The invoice for your printer", ("invoice.pdf",)),
    ("monitoring", "Weekly report", ("report 47.csv", "load.png")),
    ("carol", "Scan of the article", ("a long file name of the kind that scanners give, pages 1 to 12.pdf",)),
)
TYPES = {"pdf": ("application", "pdf"), "csv": ("text", "csv"), "png": ("image", "png")}


def _parcels() -> Iterator[Made]:
    for turn in range(2):
        for index, (who, subject, names) in enumerate(PARCELS):
            message = _message(CORRESPONDENTS[who], subject, "See the attachment.")
            for name in names:
                kind = name.rsplit(".", 1)[-1]
                message.add_attachment(_file(kind, index + turn), *TYPES[kind], filename=name)
            place = INBOX if not turn else PROJECT if who == "buero" else ("Archive",)
            yield 4 + index * 31 + turn * 900, place, () if not turn and index % 3 == 0 else SEEN, message


def _file(kind: str, seed: int) -> bytes:
    if kind == "pdf":
        text = b"".join(b"BT 72 %d Td (line %d) Tj ET\n" % (720 - n * 14, n) for n in range(seed % 5 * 40 + 9))
        return b"%%PDF-1.4\n1 0 obj<</Length %d>>stream\n%sendstream endobj\n%%%%EOF\n" % (len(text), text)
    if kind == "csv":
        rows = b"".join(b"%d;%d;%d,50\r\n" % (n, n % 3, n * seed) for n in range(60))
        return "Position;Menge;Preis €\r\n".encode() + rows
    return _png(60, 60, seed)


def _forwarded() -> Iterator[Made]:
    """Mails inside of mails, and parts inside of parts."""
    inner = _message(CORRESPONDENTS["keiri"], "会議の議事録", "議事録を添付します。", "iso-2022-jp", "7bit")
    inner["Date"] = dt.datetime.combine(DAY, dt.time(9), dt.UTC) - dt.timedelta(days=3)
    inner["Message-ID"] = "<minutes@example.org>"
    inner.add_attachment(_file("pdf", 3), "application", "pdf", filename="議事録.pdf")
    inner.set_boundary("=_minutes_=")
    for turn in range(3):
        message = _message(CORRESPONDENTS["bob"], "Fwd: 会議の議事録", "For your files.\n\nBob")
        message.add_attachment(inner)
        yield 15 + turn * 400, (INBOX, PROJECT, WORK)[turn], SEEN if turn else (), message


# --- what no standard allows, and comes all the same ------------------------------------------------------------------


def _broken() -> Iterator[Made]:
    head = b"From: =?utf-8?q?Scanner_in_the_hall?= <scanner@example.org>\r\nTo: ann@example.org\r\n"
    body = b"\r\nScanned.\r\n"
    mime = head + b"MIME-Version: 1.0\r\nSubject: "
    octets = (
        head + b"Subject: \xdcberweisung f\xfcr Gr\xf6\xdfe 44\r\nDate: Mon, 23 Nov 2026 07:15:00 +0100\r\n" + body,
        head + "Subject: Grüße aus dem Flur ☂\r\nDate: yesterday, after lunch\r\n".encode() + body,
        head + b"Subject: =?utf-8?b?8J+TqCBicm9rZW4gaW4gdHc=?= =?utf-8?b?byDwn5M=?= =?utf-8?b?qA==?=\r\n" + body,
        b"Subject: nobody wrote this\r\nDate: Sun, 22 Nov 2026 11:00:00 GMT\r\nX-Empty:\r\n" + body,
        mime + b"a part that never ends\r\nContent-Type: multipart/mixed; boundary=gone\r\n"
        b"\r\n--gone\r\nContent-Type: text/plain; charset=x-unknown\r\n\r\nThe rest is missing",
        mime + b"name without quotes\r\nContent-Type: application/pdf; name=my scan.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK=====\r\n",
    )
    for index, content in enumerate(octets):
        yield 20 + index * 45, INBOX, () if index < 2 else SEEN, content


# --- other folders ----------------------------------------------------------------------------------------------------


def _elsewhere() -> Iterator[Made]:
    for index in range(5):
        copy = _message(CORRESPONDENTS["buero"], "Angebot für die Küche, überarbeitet", f"Fassung {index + 1}")
        copy["Message-ID"] = "<offer@example.net>"  # the same mail in several folders, as copies have it
        yield 220 + index, (PROJECT, WORK, ("Archive",), DRAFTS_OF_OLD, PROJECT)[index], SEEN, copy
    for index in range(8):
        reply = _message(ANN, f"Re: {TEXTS[index][1]}", "Thank you, that is fine.\n\nAnn")
        del reply["To"]
        reply["To"] = _address(*CORRESPONDENTS[TEXTS[index][0]])
        yield 100 + index * 40, ("Sent",) if index < 6 else DRAFTS_OF_OLD, SEEN, reply
    for month in range(1, 10):
        report = _message(CORRESPONDENTS["keiri"], f"月次報告 2026年{month}月", "今月の報告です。", encoding="base64")
        report.add_attachment(_file("csv", month), "text", "csv", filename=f"報告_{month:02}.csv")
        yield 300 + month * 24, WORK, SEEN, report
    draft = _message(ANN, "Holidays", "Dear all,\n\nI will be away from")
    yield 50, ("Drafts",), (*SEEN, "\\Draft"), draft
    for index, subject in enumerate(("YOU HAVE WON!!!", "💊 C H E A P 💊", "Re: your unpaid invoice")):
        spam = _message(("Prize office", "prize@example.net"), subject, "Click here. " * 30)
        yield 80 + index * 50, ("Junk",), (), spam
    yield 700, ("Trash",), SEEN, _message(CORRESPONDENTS["lunch"], "Friday: 🍕 or 🍔?", "Reply with one emoji, please.")
