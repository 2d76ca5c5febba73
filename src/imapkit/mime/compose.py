"""Subjects and quotations for replies, and the base subject by which servers sort and thread."""

from __future__ import annotations

import re

from imapkit.mime.headers import decode_text, one_line

__all__ = ["base_subject", "forward_subject", "is_reply", "quote", "reply_subject"]

# What mail programs of other languages write for "Re" and "Fwd" where they translate it: German AW, WG; Dutch Antw,
# Doorst; Swedish and Norwegian SV, VB, VS; Finnish VS, VL; French TR; Spanish RV; Portuguese RES, ENC; Italian RIF;
# Polish Odp, PD; Turkish YNT, İLT; Hungarian Vá; Greek, Russian, Hebrew, Chinese.  VS is Finnish for a reply
# and Norwegian for a forward: taken as a reply, which is more common.  Single letters (Italian R, I) may be words.
_REPLY = (
    "re|aw|antw(?:ort)?|sv|vs|res|rif|odp|ynt|v\u00e1|\u03b1\u03c0|\u03c3\u03c7\u03b5\u03c4|\u043e\u0442\u0432"
    "|\u05d4\u05e9\u05d1|\u56de\u590d|\u56de\u8986|\u7b54\u590d|\u7b54\u8986"
)
_FORWARD = (
    "fwd?|wg|tr|rv|enc|vb|vl|vid\u00e9?|doorst|pd|\u0130lt|ilt|\u03c0\u03c1\u03b8|\u043f\u0435\u0440\u0435\u0441\u043b"
    "|\u05d4\u05d5\u05e2\u05d1\u05e8|\u8f6c\u53d1|\u8f49\u5bc4|\u8ee2\u9001"
)
# "Re[2]:", "Re (2):", "Re^2:", and the full-width colon that Chinese programs write.
_MARK = r"\s*(?:{})\s*(?:[\[(^]\s*\d{{1,3}}\s*[\])]?\s*)?[:\uff1a]\s*"
_REPLIED = re.compile(_MARK.format(_REPLY), re.IGNORECASE)
_FORWARDED = re.compile(_MARK.format(_FORWARD), re.IGNORECASE)


def reply_subject(subject: str) -> str:
    """The subject of a reply: one ``Re:``, in place of all that already stand first, in any language known.

    >>> reply_subject("AW: Re[2]: Tea"), reply_subject("Fwd: Tea"), reply_subject("")
    ('Re: Tea', 'Re: Fwd: Tea', 'Re:')
    """
    return f"Re: {_without(_REPLIED, subject)}".rstrip()


def forward_subject(subject: str) -> str:
    """The subject of a forwarded message: one ``Fwd:``, in place of all that already stand first.

    >>> forward_subject("WG: Fw: Tea"), forward_subject("Re: Tea")
    ('Fwd: Tea', 'Fwd: Re: Tea')
    """
    return f"Fwd: {_without(_FORWARDED, subject)}".rstrip()


def _without(mark: re.Pattern[str], subject: str) -> str:
    subject = one_line(subject).strip()
    position = 0
    while found := mark.match(subject, position):
        position = found.end()
    return subject[position:]


def quote(text: str) -> str:
    r"""`text` as a reply quotes it: ``> `` before each line, a lone ``>`` where one is quoted already (RFC 3676, 4.5).

    >>> quote("Tea?\n> when\n")
    '> Tea?\n>> when'
    """
    return "\n".join(">" + line if line.startswith(">") or not line else f"> {line}" for line in text.splitlines())


# RFC 5256, 5.  A `subj-blob` holds any character but NUL and brackets.
_BLOB = re.compile(r"\[[^\[\]\0]*\][ \t]*")
_REFWD = re.compile(r"(?:re|fwd?)[ \t]*(?:\[[^\[\]\0]*\][ \t]*)?:", re.IGNORECASE)
_SPACES = re.compile(r"[ \t]+")
_TRAILER = "(fwd)"
_FORWARD_HEADER, _FORWARD_TRAILER = "[fwd:", "]"


def base_subject(subject: str) -> str:
    """What is left of a subject without the marks of replies and forwards (RFC 5256, 2.1), in its own case.

    SORT and THREAD compare the result by ``i;unicode-casemap``. Only the marks of the RFC count: servers and clients
    "MUST use exactly this algorithm". Encoded words are decoded first.

    >>> base_subject("Re: [list] Fwd: [Fwd: Re: Tea (fwd)]  (FWD)")
    'Tea'
    """
    text, start, end = _base(subject)
    return text[start:end]


def is_reply(subject: str) -> bool:
    """Whether a subject has a mark of replies or forwards that RFC 5256 knows; what is in brackets alone is none.

    >>> is_reply("Re: Tea"), is_reply("[list] Tea"), is_reply("Tea (fwd)"), is_reply("Regards")
    (True, False, True, False)
    """
    text, start, end = _base(subject)
    before = _BLOB.sub("", text[:start])
    return bool((before + text[end:]).strip())


def _base(subject: str) -> tuple[str, int, int]:
    """The decoded subject, and where its base stands in it."""
    text = _SPACES.sub(" ", decode_text(subject))  # (1)
    start, end = 0, len(text)
    while True:
        end = _before_trailers(text, start, end)  # (2)
        start = _after_leaders(text, start, end)  # (3) to (5)
        header = start + len(_FORWARD_HEADER)
        if text[start:header].lower() != _FORWARD_HEADER or not text.endswith(_FORWARD_TRAILER, header, end):
            return text, start, end
        start, end = header, end - len(_FORWARD_TRAILER)  # (6)


def _before_trailers(text: str, start: int, end: int) -> int:
    """Where ``subj-trailer``, white space or ``(fwd)``, begins to repeat up to `end`."""
    while end > start:
        if text[end - 1] == " ":
            end -= 1
        elif text[max(start, end - len(_TRAILER)) : end].lower() == _TRAILER:
            end -= len(_TRAILER)
        else:
            break
    return end


def _after_leaders(text: str, start: int, end: int) -> int:
    """Where the leaders (white space, ``[blob] Re:``) and blobs before the base end.

    Blobs that lead to no ``Re:`` now will lead to none when the first of them is gone, so a run is looked at once.
    """
    while True:
        while text.startswith(" ", start, end):
            start += 1
        last = position = start
        while blob := _BLOB.match(text, position, end):
            last, position = position, blob.end()
        if refwd := _REFWD.match(text, position, end):
            start = refwd.end()
        else:
            # (4) takes a blob only if that "leaves a non-empty subj-base".
            return position if position < end else last
