"""Resetting a forgotten password with a single-use link that is mailed to the account's address."""

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
    """Mail a link to the account with this email, if there is one. `address` is the client's.

    The caller does not learn whether the account exists, or whether there were too many requests.
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
    """Return the id of a valid token, before a password is hashed for it. Raises Invalid."""
    token_id = signed_ids.read(keys, Signed.RESET, token)
    if token_id is None or not tokens.is_live(session, MailPurpose.RESET, token_id):
        raise Invalid(WRONG, "token")
    return token_id


def reset(session: Session, token_id: UUID, password_hash: str) -> None:
    """Redeem a token for a new password. Raises Invalid when it was used meanwhile."""
    user_id = tokens.redeem(session, MailPurpose.RESET, token_id)
    if user_id is None:
        raise Invalid(WRONG, "token")
    email_verification.proven(session, user_id)
    replace(session, user_id, password_hash)
    email = accounts.get(session, Actor(user_id, Face.WEB)).email
    throttling.forgive_account(session, email or "")


def replace(session: Session, user_id: UUID, password_hash: str) -> None:
    """Store a new password, end all sign-ins and reset links, and tell the person."""
    tokens.cancel(session, MailPurpose.RESET, user_id)
    accounts.set_password(session, Actor(user_id, Face.WEB), password_hash)
    sign_ins.close_all(session, user_id)
    announcing.announce_to(session, user_id, events.PasswordChanged(user_id=user_id, at=clock.utcnow()))
