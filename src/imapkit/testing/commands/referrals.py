"""LOGIN-REFERRALS (RFC 2221) and MAILBOX-REFERRALS (RFC 2193): what is wanted is on another server.

Which users and mailboxes are says `Server.refer`; `Namespace` refuses commands that name such a mailbox.  Here are the
commands that list them, which LIST and LSUB must not do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing.commands.listing import send_list, send_lsub
from imapkit.testing.features import Feature, Handler
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.features import Request
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import Account

__all__ = ["FEATURE", "refer_login"]

_REQUIRED: Final = ("MAILBOX-REFERRALS",)


def refer_login(session: ServerSession, account: Account) -> None:
    """Refuse somebody who is at home elsewhere, once it is certain who that is (RFC 2221, 6)."""
    if account.home is not None and session.supports("LOGIN-REFERRALS"):
        raise Refused("This user is at home on another server.", code=f"REFERRAL {account.home}")


# rlist = "RLIST" SPACE mailbox SPACE list_mailbox
def _rlist(session: ServerSession, request: Request) -> None:
    send_list(session, request, remote=session.account.remote)


# rlsub = "RLSUB" SPACE mailbox SPACE list_mailbox
def _rlsub(session: ServerSession, request: Request) -> None:
    send_lsub(session, request, remote=session.account.remote)


FEATURE = Feature(
    capabilities=("LOGIN-REFERRALS", "MAILBOX-REFERRALS"),
    commands=(Handler("RLIST", _rlist, requires=_REQUIRED), Handler("RLSUB", _rlsub, requires=_REQUIRED)),
)
