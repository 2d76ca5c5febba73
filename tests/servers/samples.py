"""Messages, and what a reader should get out of each, written down by hand."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sample:
    """A message as it is appended; and what is in it."""

    raw: bytes
    subject: str = ""
    sender: str | None = None
    text: str = ""
    html: str | None = None
    attachments: dict[str | None, bytes] = field(default_factory=dict[str | None, bytes])


def _crlf(text: str, encoding: str = "ascii") -> bytes:
    return text.replace("\n", "\r\n").encode(encoding)


def _base64(data: bytes) -> str:
    return base64.encodebytes(data).decode().strip()


PDF = b"%PDF-1.4 \x00\x01\r\n\xff" * 100
LARGE = bytes(range(256)) * 2000
INNER = _crlf("From: in@example.org\nSubject: inner\n\nThe inner text.\n")

SAMPLES: dict[str, Sample] = {
    "plain": Sample(
        _crlf(
            """Date: Mon, 7 Feb 1994 21:52:25 -0800
From: Ann <ann@example.org>
To: bob@example.org
Subject: Tea at four?
Message-ID: <plain@example.org>

Dear Bob,
come at four.
"""
        ),
        subject="Tea at four?",
        sender="Ann <ann@example.org>",
        text="Dear Bob,\ncome at four.\n",
    ),
    "encoded words": Sample(
        _crlf(
            """From: =?utf-8?Q?Zo=C3=AB_=22Z=22?= <zoe@example.org>
Subject: =?iso-8859-1?Q?Gr=FC=DFe?= =?utf-8?B?4piD?= und mehr
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe aus=20
=E2=98=83, eine lange Zeile, die =
weitergeht.
"""
        ),
        subject="Grüße☃ und mehr",
        sender='"Zoë \\"Z\\"" <zoe@example.org>',
        text="Grüße aus \n☃, eine lange Zeile, die weitergeht.\n",
    ),
    "latin-1 body": Sample(
        _crlf(
            """From: ann@example.org
Subject: 8-bit
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: 8bit

Grün, groß.
""",
            "latin-1",
        ),
        subject="8-bit",
        sender="ann@example.org",
        text="Grün, groß.\n",
    ),
    "8-bit header": Sample(
        _crlf("From: Zoë <zoe@example.org>\nSubject: crème brûlée\n\nx\n", "utf-8"),
        subject="crème brûlée",
        sender="Zoë <zoe@example.org>",
        text="x\n",
    ),
    "text and html": Sample(
        _crlf(
            f"""From: ann@example.org
Subject: alternative
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_b"

A preamble that nobody sees.
--=_b
Content-Type: text/plain; charset=us-ascii

The plain one.
--=_b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

{_base64("<p>Das <b>schöne</b> hier</p>".encode())}
--=_b--
An epilogue.
"""
        ),
        subject="alternative",
        sender="ann@example.org",
        text="The plain one.",
        html="<p>Das <b>schöne</b> hier</p>",
    ),
    "html alone": Sample(
        _crlf(
            """From: ann@example.org
Subject: html
MIME-Version: 1.0
Content-Type: text/html; charset=us-ascii

<p>One</p><p>Two &amp; three</p>
"""
        ),
        subject="html",
        sender="ann@example.org",
        text="One\n\nTwo & three",
        html="<p>One</p><p>Two &amp; three</p>\n",
    ),
    "attachments": Sample(
        _crlf(
            f"""From: ann@example.org
Subject: two files
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b1

--b1
Content-Type: text/plain

See the files.
--b1
Content-Type: application/pdf; name="report.pdf"
Content-Disposition: attachment; filename="report.pdf"
Content-Transfer-Encoding: base64

{_base64(PDF)}
--b1
Content-Type: text/csv; charset=utf-8
Content-Disposition: attachment;
 filename*0*=utf-8''%C3%9Cbersicht;
 filename*1*=%20%E2%98%83.csv
Content-Transfer-Encoding: quoted-printable

a;b=
;=C3=BC
--b1--
"""
        ),
        subject="two files",
        sender="ann@example.org",
        text="See the files.",
        attachments={"report.pdf": PDF, "Übersicht ☃.csv": "a;b;ü".encode()},
    ),
    "nested": Sample(
        _crlf(
            f"""From: ann@example.org
Subject: nested
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=middle

--middle
Content-Type: text/plain

plain
--middle
Content-Type: multipart/related; boundary=innermost

--innermost
Content-Type: text/html

<img src="cid:dot@example.org">
--innermost
Content-Type: image/gif
Content-ID: <dot@example.org>
Content-Disposition: inline; filename=dot.gif
Content-Transfer-Encoding: base64

{_base64(b"GIF89a")}
--innermost--
--middle--
--outer
Content-Type: message/rfc822
Content-Disposition: attachment; filename="forwarded.eml"

{INNER.decode().replace(chr(13), "")}
--outer--
"""
        ),
        subject="nested",
        sender="ann@example.org",
        text="plain",
        html='<img src="cid:dot@example.org">',
        attachments={"dot.gif": b"GIF89a", "forwarded.eml": INNER},
    ),
    "long header": Sample(
        _crlf(
            'From: "Foobar, Fred" <fred@example.org>\nSubject: a subject that was folded\n over\n three lines\n'
            "To: "
            + ",\n ".join(f'"Number {n}" <number{n}@example.org>' for n in range(60))
            + "\nCc: team: a@example.org, b@example.org;, undisclosed-recipients:;\n\nx\n"
        ),
        subject="a subject that was folded over three lines",
        sender='"Foobar, Fred" <fred@example.org>',
        text="x\n",
    ),
    "no body": Sample(_crlf("From: ann@example.org\nSubject: nothing\n\n"), "nothing", "ann@example.org"),
    "no line end": Sample(_crlf("From: ann@example.org\nSubject: cut\n\ncut off"), "cut", "ann@example.org", "cut off"),
    "dots and From": Sample(
        _crlf("From: ann@example.org\nSubject: lines\n\n.\n..\nFrom here on\n>From there\n* 1 EXISTS\n)\n\n\n"),
        subject="lines",
        sender="ann@example.org",
        text=".\n..\nFrom here on\n>From there\n* 1 EXISTS\n)\n\n\n",
    ),
    "long line": Sample(
        _crlf("From: ann@example.org\nSubject: long\n\n" + "x" * 5000 + "\n"),
        subject="long",
        sender="ann@example.org",
        text="x" * 5000 + "\n",
    ),
    "large": Sample(
        _crlf(
            f"""From: ann@example.org
Subject: large
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See the file.
--b
Content-Type: application/octet-stream; name=large.bin
Content-Transfer-Encoding: base64

{_base64(LARGE)}
--b--
"""
        ),
        subject="large",
        sender="ann@example.org",
        text="See the file.",
        attachments={"large.bin": LARGE},
    ),
}
