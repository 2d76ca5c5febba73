"""The response codes by name (RFC 9051, 7.1; RFC 5530, and those of extensions).

Most of them say all by their name and arrive as `OtherCode`; those that carry more have a type of their own, in the
module of their extension.  `CommandError.code` is compared with these names:

>>> ResponseCodeName.NONEXISTENT == "NONEXISTENT", ResponseCodeName.NONEXISTENT.rfc
(True, 'RFC 5530')
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from imapkit.protocol.model import Extension

__all__ = ["EXTENSIONS", "ResponseCodeName"]


class ResponseCodeName(StrEnum):
    """A response code; `rfc` says where it is defined."""

    rfc: str

    def __new__(cls, name: str, rfc: str) -> Self:
        """One row of the table below."""
        code = str.__new__(cls, name)
        code._value_ = name
        code.rfc = rfc
        return code

    # --- what went wrong ----------------------------------------------------------------------------------------

    ALREADYEXISTS = ("ALREADYEXISTS", "RFC 5530")
    """What is to be made is there already."""
    AUTHENTICATIONFAILED = ("AUTHENTICATIONFAILED", "RFC 5530")
    """Wrong credentials, or the server does not tell what it is."""
    AUTHORIZATIONFAILED = ("AUTHORIZATIONFAILED", "RFC 5530")
    """The credentials are right, but not for acting as somebody else."""
    CANNOT = ("CANNOT", "RFC 5530")
    """Against an invariant of the server's: it will never work."""
    CLIENTBUG = ("CLIENTBUG", "RFC 5530")
    """The server thinks that the client is broken."""
    CONTACTADMIN = ("CONTACTADMIN", "RFC 5530")
    """Only the administrator can help."""
    CORRUPTION = ("CORRUPTION", "RFC 5530")
    """The server found its own data damaged."""
    EXPIRED = ("EXPIRED", "RFC 5530")
    """The credentials were right once."""
    EXPUNGEISSUED = ("EXPUNGEISSUED", "RFC 5530")
    """Some of the messages are gone."""
    HASCHILDREN = ("HASCHILDREN", "RFC 9051")
    """The mailbox has others below it and cannot be deleted."""
    INUSE = ("INUSE", "RFC 5530")
    """Somebody else is at it: try again later."""
    LIMIT = ("LIMIT", "RFC 5530")
    """Too many of something."""
    NONEXISTENT = ("NONEXISTENT", "RFC 5530")
    """There is no such thing, a mailbox mostly."""
    NOPERM = ("NOPERM", "RFC 5530")
    """The account may not do that (RFC 4314)."""
    OVERQUOTA = ("OVERQUOTA", "RFC 5530")
    """The account is full (RFC 9208)."""
    PRIVACYREQUIRED = ("PRIVACYREQUIRED", "RFC 5530")
    """Only over an encrypted connection."""
    SERVERBUG = ("SERVERBUG", "RFC 5530")
    """The server thinks that it is broken itself."""
    TRYCREATE = ("TRYCREATE", "RFC 9051")
    """The target mailbox does not exist, and could be made."""
    UNAVAILABLE = ("UNAVAILABLE", "RFC 5530")
    """A part of the server is down: try again later."""
    BADCHARSET = ("BADCHARSET", "RFC 9051")
    """SEARCH in a charset that the server does not know; those it knows may follow."""
    PARSE = ("PARSE", "RFC 9051")
    """The server could not make sense of a message."""
    UNKNOWN_CTE = ("UNKNOWN-CTE", "RFC 3516")
    """A part's Content-Transfer-Encoding cannot be decoded."""
    TOOBIG = ("TOOBIG", "RFC 4469")
    """The message would be too large (RFC 7889)."""
    BADURL = ("BADURL", "RFC 4469")
    """This URL of CATENATE's leads nowhere."""
    BADCOMPARATOR = ("BADCOMPARATOR", "RFC 5255")
    """No comparator matches."""
    ANNOTATE = ("ANNOTATE", "RFC 5257")
    """TOOBIG or TOOMANY annotations."""
    ANNOTATEMORE = ("ANNOTATEMORE", "draft-daboo-imap-annotatemore-08")
    """TOOBIG or TOOMANY annotations."""
    TEMPFAIL = ("TEMPFAIL", "RFC 5259")
    """A conversion failed for now."""
    MAXCONVERTMESSAGES = ("MAXCONVERTMESSAGES", "RFC 5259")
    """Too many messages to convert at once; how many would do."""
    MAXCONVERTPARTS = ("MAXCONVERTPARTS", "RFC 5259")
    """Too many parts to convert at once; how many would do."""
    NOTSAVED = ("NOTSAVED", "RFC 5182")
    """The result of the search was not saved."""
    NOUPDATE = ("NOUPDATE", "RFC 5267")
    """The result of the search will not be kept up to date."""
    METADATA = ("METADATA", "RFC 5464")
    """MAXSIZE, TOOMANY or NOPRIVATE annotations; or (with OK) LONGENTRIES."""
    BADEVENT = ("BADEVENT", "RFC 5465")
    """An event that NOTIFY does not know; those it knows follow."""
    NOTIFICATIONOVERFLOW = ("NOTIFICATIONOVERFLOW", "RFC 5465")
    """Too much to tell: NOTIFY is off."""
    UNDEFINED_FILTER = ("UNDEFINED-FILTER", "RFC 5466")
    """No search filter has this name."""
    USEATTR = ("USEATTR", "RFC 6154")
    """A mailbox cannot be made for this special use."""
    COMPRESSIONACTIVE = ("COMPRESSIONACTIVE", "RFC 4978")
    """It is compressed already, perhaps by TLS."""
    MESSAGELIMIT = ("MESSAGELIMIT", "RFC 9738")
    """Only so many messages at once; the lowest UID that was dealt with may follow."""
    UIDREQUIRED = ("UIDREQUIRED", "RFC 9586")
    """After ENABLE UIDONLY, nothing goes by sequence number."""
    REFERRAL = ("REFERRAL", "RFC 2221")
    """Another server has it (RFC 2193, too)."""

    # --- what is so ---------------------------------------------------------------------------------------------

    ALERT = ("ALERT", "RFC 9051")
    """The text is for the user's eyes."""
    APPENDUID = ("APPENDUID", "RFC 4315")
    """Where the message went."""
    CAPABILITY = ("CAPABILITY", "RFC 9051")
    """What the server offers."""
    CLOSED = ("CLOSED", "RFC 7162")
    """What follows is about the mailbox being selected."""
    COPYUID = ("COPYUID", "RFC 4315")
    """Where the messages went."""
    PERMANENTFLAGS = ("PERMANENTFLAGS", "RFC 9051")
    """The flags that can be changed for good."""
    READ_ONLY = ("READ-ONLY", "RFC 9051")
    """The mailbox is selected read-only, or has become so."""
    READ_WRITE = ("READ-WRITE", "RFC 9051")
    """The mailbox is selected for reading and writing, or can be written now."""
    UIDNEXT = ("UIDNEXT", "RFC 9051")
    """The next message will have this UID, or a higher one."""
    UIDNOTSTICKY = ("UIDNOTSTICKY", "RFC 4315")
    """UIDs do not last from one session to the next."""
    UIDVALIDITY = ("UIDVALIDITY", "RFC 9051")
    """UIDs hold as long as this number does."""
    UNSEEN = ("UNSEEN", "RFC 3501")
    r"""The first message without \\Seen."""
    HIGHESTMODSEQ = ("HIGHESTMODSEQ", "RFC 7162")
    """The mailbox's mod-sequence."""
    MODIFIED = ("MODIFIED", "RFC 7162")
    """These had changed since, and were left alone."""
    NOMODSEQ = ("NOMODSEQ", "RFC 7162")
    """No mod-sequences in this mailbox."""
    MAILBOXID = ("MAILBOXID", "RFC 8474")
    """The mailbox's identifier, which outlives its name."""
    URLMECH = ("URLMECH", "RFC 4467")
    """How URLs can be authorised in this mailbox."""
    ANNOTATIONS = ("ANNOTATIONS", "RFC 5257")
    """What can be done with annotations in this mailbox."""
    INPROGRESS = ("INPROGRESS", "RFC 9585")
    """How far a command has come."""


EXTENSIONS = (Extension(name="Response codes", rfc="RFC 5530"),)
