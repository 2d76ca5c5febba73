"""Messages that a server can get wrong, by a name for what is nasty in each."""

from __future__ import annotations


def crlf(text: str) -> bytes:
    """The text as a message: lines end in CRLF, characters up to U+00FF stand for octets."""
    return text.replace("\n", "\r\n").encode("latin-1")


MESSAGES: dict[str, bytes] = {
    "plain": crlf("Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)\nFrom: a@example.org\nSubject: two\n\nsecond\n"),
    "everything": crlf(
        """Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
From: "Fred \\"F\\" Foobar" <foobar@blurdybloop.example>
Sender: =?utf-8?Q?Ren=C3=A9?= <rene@x.test>
To: undisclosed-recipients:;
Cc: group: a@x.test, "b, c" <b@x.test>;
Subject: =?utf-8?B?4piD?= re: test (1)
Message-Id: <B27397-0100000@blurdybloop.example>
In-Reply-To: <parent@x>
References: <root@x> <parent@x>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"
Content-Language: en, fr

preamble
--b1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

h\xc3\xa9llo
--b1
Content-Type: message/rfc822
Content-Disposition: attachment; filename="fwd \\"x\\".eml"

From: in@x.test
Subject: inner
Content-Type: multipart/alternative; boundary=b2

--b2
Content-Type: text/plain

alt
--b2
Content-Type: text/html
Content-Transfer-Encoding: base64
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
Content-Location: http://x.test/

PGI+YWx0PC9iPg==
--b2--
inner epilogue
--b1
Content-Type: application/octet-stream; name="x.bin"
Content-Transfer-Encoding: base64
Content-ID: <cid@x>
Content-Description: "desc"

AAECAwQ=
--b1--
epilogue
"""
    ),
    "no close delimiter": crlf(
        "From: a@x.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n"
    ),
    "empty parts": crlf("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--b\n\n\n--b--\n"),
    "digest": crlf(
        "Subject: d\nContent-Type: multipart/digest; boundary=b\n\n"
        "--b\n\nSubject: one\n\n1\n--b\n\nSubject: two\n\n2\n--b--\n"
    ),
    "boundaries inside boundaries": crlf(
        "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/related; boundary=ab\n\n--ab\n\nx\n"
        "--ab--\nepilogue\n--a\nContent-Type: TEXT/PLAIN\n\n-- a\n --a\n--a--\nrest --a\n"
    ),
    "folds": crlf(
        "Subject: a\n folded\n\tsubject\nTo: one@x.test,\n two@x.test\nX-Empty:\nX-Spaces :   a  b  \n"
        "Content-Type: text/plain;\n charset=us-ascii;\n format=flowed\n\nbody\n"
    ),
    "addresses": crlf(
        "From: Ann (the first) B <ann@x.test>\nTo: ann@x.test (Ann B), <bare@x.test>, Dr. C. D. <c@x.test>,\n"
        ' "quoted local"@x.test, <@r1.test,@r2.test:routed@x.test>, =?utf-8?q?=C3=A9?= <e@x.test>\n'
        "Cc: A Group: g1@x.test, G Two <g2@x.test>;, after@x.test\nReply-To: \nBcc: d@[127.0.0.1]\n\n"
    ),
    "no body": crlf("From: a@x.test\nSubject: nothing\n\n"),
    "no empty line": crlf("From: a@x.test\nSubject: cut\n"),
    "no header": crlf("\nonly a body\n"),
    "8-bit header": crlf("Subject: caf\xe9 cr\xc3\xa8me\nFrom: Zo\xc3\xab <z@x.test>\n\nx\n"),
    "repeated fields": crlf("To: a@x.test\nSubject: one\nTo: b@x.test\nReceived: 1\nReceived: 2\n\nx\n"),
    "deep": crlf(
        "Content-Type: message/rfc822\n\nSubject: first\nContent-Type: message/rfc822\n\nSubject: second\n\ndeepest\n"
    ),
    "parameters": crlf(
        'Content-Type: application/x-thing; a="q\\"uoted"; b=plain; c="semi;colon"; d=(comment)e\n'
        'Content-Disposition: inline; filename="na me.txt"; size=12\nContent-Transfer-Encoding: BASE64\n'
        "Content-Language: de\n\nAAAA\n"
    ),
    "quoted-printable": crlf(
        "Subject: =?iso-8859-1?q?gr=FCn?=\nContent-Type: text/plain; charset=iso-8859-1\n"
        "Content-Transfer-Encoding: quoted-printable\n\nGr=FCn ist das Gras, und die Zeile =\ngeht weiter.\n"
    ),
}
