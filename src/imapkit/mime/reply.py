"""Writing the answer to a message: whom it goes to, what it refers to, what it quotes (RFC 5322, 3.6.2 to 3.6.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imapkit.mime.compose import quote, reply_subject
from imapkit.mime.headers import parse_message_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from email.headerregistry import Address
    from email.message import EmailMessage

__all__ = ["reply"]

# addr-spec = local-part "@" domain (RFC 5322, 3.4.1), or a name on the same machine.  Dots may stand anywhere but
# first, where `EmailMessage` fails.
_ATOMS = r'[^\x00-\x20\x7f()<>\[\]:;@\\,".][^\x00-\x20\x7f()<>\[\]:;@\\,"]*'
_MAILBOX = re.compile(rf'(?:"(?P<quoted>[^"\\]+)"|(?P<local>{_ATOMS}))(?:@(?P<domain>{_ATOMS}|\[[0-9A-Za-z:.]+\]))?')


def reply(
    headers: Mapping[str, Sequence[str]],
    text: str,
    *,
    from_: str | None = None,
    to_all: bool = False,
    quoted: str | None = None,
) -> EmailMessage:
    """An answer to the message with these header fields.

    It goes to Reply-To, or else to From; `to_all` adds To and Cc, without `from_`, who answers.  `quoted` is the text
    to quote below the answer, under a line that says who wrote it and when.
    """
    from email.message import EmailMessage
    from email.utils import format_datetime, localtime, make_msgid

    to = _mailboxes(headers.get("Reply-To") or headers.get("From", ()))
    copies = _mailboxes((*headers.get("To", ()), *headers.get("Cc", ()))) if to_all else {}
    own = _mailboxes((from_,)) if from_ else {}
    message = EmailMessage()
    if from_:
        message["From"] = from_
    message["To"] = tuple(to.values())
    copies = {address: shown for address, shown in copies.items() if address not in to and address not in own}
    if copies:
        message["Cc"] = tuple(copies.values())
    message["Subject"] = _harmless(reply_subject(next(iter(headers.get("Subject", ())), "")))
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = make_msgid()
    _refer(message, headers)
    message.set_content(text if quoted is None else f"{text.rstrip()}\n\n{_attribution(headers)}\n{quote(quoted)}")
    return message


def _harmless(text: str) -> str:
    """`text` as `EmailMessage` takes it: it refuses all that Python calls a line break, and decodes encoded words.

    An encoded word that is still there was encoded twice, or is meant to be seen.
    """
    return " ".join(text.splitlines()).replace("=?", "= ?")


def _mailboxes(values: Iterable[str]) -> dict[str, Address]:
    """The mailboxes of address fields, by address in lower case.

    A mailbox may be written in any letters (RFC 6532), which only an `Address` carries.  What is no mailbox cannot be
    answered, and `EmailMessage` fails at it in many ways.
    """
    from email import utils
    from email.headerregistry import Address

    # Newer Pythons are strict unless told otherwise, and give up on `ann@[127.0.0.1]`.
    options = {"strict": False} if hasattr(utils, "supports_strict_parsing") else {}
    found: dict[str, Address] = {}
    for name, address in utils.getaddresses(list(map(_harmless, values)), **options):
        if parts := _MAILBOX.fullmatch(address):
            found[address.lower()] = Address(name, parts["quoted"] or parts["local"], parts["domain"] or "")
    return found


def _refer(message: EmailMessage, headers: Mapping[str, Sequence[str]]) -> None:
    """In-Reply-To and References: the message answered, and what it answered in turn (RFC 5322, 3.6.4)."""
    answered = _message_ids(headers.get("Message-ID", ()))
    before = _message_ids(headers.get("References") or headers.get("In-Reply-To", ()))
    if answered:
        message["In-Reply-To"] = answered[0]
        message["References"] = " ".join(dict.fromkeys((*before, answered[0])))


def _message_ids(values: Iterable[str]) -> list[str]:
    return [found for found in parse_message_ids(_harmless(" ".join(values))) if found.isprintable()]


def _attribution(headers: Mapping[str, Sequence[str]]) -> str:
    author = next(iter(headers.get("From", ())), "")
    date = next(iter(headers.get("Date", ())), "")
    return f"On {date}, {author} wrote:" if date else f"{author} wrote:"
