"""Verifying an email address with a link that is mailed to it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core import clock, events, signed_ids
from core.accounts import throttling
from core.accounts.throttling import TooEarly
from core.actors import Actor
from core.db import can_mail, finds, table
from core.delivery import mailboxes
from core.errors import Conflict, Invalid
from core.mail import tokens, transactional
from core.models import Mailbox, MailPurpose, User
from core.signed_ids import Signed

users, _mailboxes = table(User), table(Mailbox)

WRONG = "This link is wrong, was used, or has expired. Ask for a new one in your account."
NO_MAIL = "This server cannot send mail, so there is nothing to confirm."
NO_ADDRESS = "Your account has no email address."


def ask(session: Session, user_id: UUID) -> None:
    """Mail a verification link, if this server can mail."""
    mailbox_id = mailboxes.of_user(session, user_id)
    if mailbox_id is None or not can_mail(session):
        return
    token_id = tokens.issue(session, MailPurpose.VERIFY, user_id)
    asked = events.AddressToVerify(user_id=user_id, token_id=token_id, at=clock.utcnow())
    transactional.send(session, user_id, asked, mailbox_id)


def ask_again(session: Session, who: Actor) -> TooEarly | bool:
    """Mail another link, or return False if none is needed. Raises Conflict when none can be mailed."""
    if not can_mail(session):
        raise Conflict(NO_MAIL)
    row = session.execute(
        select(users.c.email_verified_at, _mailboxes.c.suspended_reason)
        .join(_mailboxes, _mailboxes.c.user_id == users.c.id)
        .where(users.c.id == who.user_id)
    ).first()
    if row is None:
        raise Conflict(NO_ADDRESS)
    if row.email_verified_at is not None and row.suspended_reason is None:
        return False
    early = throttling.verification_allowed(session, who.user_id)
    if early is not None:
        return early
    ask(session, who.user_id)
    return True


def verify(session: Session, keys: Sequence[bytes], token: str) -> None:
    """Redeem a link's token: the address is verified, and its mail resumes. Raises Invalid."""
    token_id = signed_ids.read(keys, Signed.VERIFY, token)
    user_id = tokens.redeem(session, MailPurpose.VERIFY, token_id) if token_id is not None else None
    if user_id is None:
        raise Invalid(WRONG, "token")
    proven(session, user_id)


def proven(session: Session, user_id: UUID) -> None:
    """Mark a person's address as verified."""
    first = func.coalesce(users.c.email_verified_at, clock.utcnow())
    session.execute(update(users).where(users.c.id == user_id).values(email_verified_at=first))
    mailboxes.resume(session, user_id)


def is_needed(session: Session, who: Actor) -> bool:
    """Return whether a person still has to verify their address, which they must if this server can mail."""
    unproven = (users.c.email.is_not(None), users.c.email_verified_at.is_(None))
    return can_mail(session) and finds(
        session, select(users.c.id).where(users.c.id == who.user_id, *unproven)
    )
