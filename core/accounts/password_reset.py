"""A forgotten password: a link is mailed to the account's address, and sets another one once."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from core import clock, events, signed_ids
from core.accounts import accounts, email_verification, sign_ins, throttling
from core.actors import Actor, Face
from core.db import can_mail
from core.delivery import mailboxes
from core.errors import Invalid
from core.mail import tokens, transactional
from core.models import MailPurpose
from core.notifications import announcing
from core.signed_ids import Signed

WRONG = "This link is wrong, was used, or has expired. Ask for a new one."


def ask(session: Session, email: str, address: str) -> None:
    """Mail a link to the account with this email, if there is one; the client's address is counted, too.

    Nothing tells whether there is one, nor whether it was asked for too often.
    """
    allowed = throttling.reset_allowed(session, email, address)
    known = accounts.credentials(session, email)
    if not allowed or known is None or not can_mail(session):
        return
    mailbox_id = mailboxes.of_user(session, known.user_id)
    if mailbox_id is None:
        return
    token_id = tokens.issue(session, MailPurpose.RESET, known.user_id)
    asked = events.PasswordResetAsked(user_id=known.user_id, token_id=token_id, at=clock.utcnow())
    transactional.send(session, known.user_id, asked, mailbox_id)


def check(session: Session, keys: Sequence[bytes], token: str) -> UUID:
    """Return the id of a token that is good now, before a password is hashed for it. Raises Invalid."""
    token_id = signed_ids.read(keys, Signed.RESET, token)
    if token_id is None or not tokens.is_live(session, MailPurpose.RESET, token_id):
        raise Invalid(WRONG, "token")
    return token_id


def reset(session: Session, token_id: UUID, password_hash: str) -> None:
    """Spend a token for a new password. Raises Invalid when somebody was faster."""
    user_id = tokens.redeem(session, MailPurpose.RESET, token_id)
    if user_id is None:
        raise Invalid(WRONG, "token")
    email_verification.proven(session, user_id)
    replace(session, user_id, password_hash)
    email = accounts.get(session, Actor(user_id, Face.WEB)).email
    throttling.forgive_account(session, email or "")


def replace(session: Session, user_id: UUID, password_hash: str) -> None:
    """Give somebody another password: every sign-in ends, no link sets another, and they are told."""
    tokens.cancel(session, MailPurpose.RESET, user_id)
    accounts.set_password(session, Actor(user_id, Face.WEB), password_hash)
    sign_ins.close_all(session, user_id)
    announcing.announce_to(session, user_id, events.PasswordChanged(user_id=user_id, at=clock.utcnow()))
