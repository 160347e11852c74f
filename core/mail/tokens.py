"""Tokens mailed to an address: issued for one purpose and a limited time, redeemed once."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, exists, insert, select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import finds, table
from core.models import MailPurpose, MailToken, User

tokens = table(MailToken)
_users = table(User)

LIFETIMES = {MailPurpose.VERIFY: timedelta(hours=24), MailPurpose.RESET: timedelta(minutes=30)}


def issue(session: Session, purpose: MailPurpose, user_id: UUID) -> UUID:
    """Issue a token to the person's current address, and return its id, which core.signed_ids signs."""
    now, token_id = clock.utcnow(), uuid4()
    address = select(_users.c.email_key).where(_users.c.id == user_id).scalar_subquery()
    session.execute(
        insert(tokens).values(
            id=token_id,
            purpose=purpose,
            user_id=user_id,
            email_key=address,
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    return token_id


def is_live(session: Session, purpose: MailPurpose, token_id: UUID) -> bool:
    """Return whether a token could be redeemed now."""
    return finds(session, select(tokens.c.id).where(*_live(purpose, token_id)))


def redeem(session: Session, purpose: MailPurpose, token_id: UUID) -> UUID | None:
    """Use up a token and return whose it is, or None if it was used, has expired or does not exist."""
    spent = update(tokens).where(*_live(purpose, token_id)).values(used_at=clock.utcnow())
    return session.execute(spent.returning(tokens.c.user_id)).scalar()


def cancel(session: Session, purpose: MailPurpose, user_id: UUID) -> None:
    """Use up all of a person's unused tokens for the purpose."""
    theirs = (tokens.c.user_id == user_id, tokens.c.purpose == purpose, tokens.c.used_at.is_(None))
    session.execute(update(tokens).where(*theirs).values(used_at=clock.utcnow()))


def _live(purpose: MailPurpose, token_id: UUID) -> tuple[ColumnElement[bool], ...]:
    # It proves nothing once the account has another address.
    same_address = exists().where(_users.c.id == tokens.c.user_id, _users.c.email_key == tokens.c.email_key)
    return (
        tokens.c.id == token_id,
        tokens.c.purpose == purpose,
        tokens.c.used_at.is_(None),
        tokens.c.expires_at > clock.utcnow(),
        same_address,
    )
