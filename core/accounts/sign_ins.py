"""Refresh tokens: single-use, in families. Using one twice revokes its family."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.db import table
from core.events import streams
from core.models import RefreshToken
from core.notifications import announcing
from core.signed_ids import digest

tokens = table(RefreshToken)

LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class SignIn:
    user_id: UUID
    refresh_token: str


def open_family(session: Session, user_id: UUID) -> SignIn:
    """Sign somebody in."""
    return _issue(session, user_id, uuid4())


def rotate(session: Session, refresh_token: str) -> SignIn | None:
    """Exchange a refresh token for the next one, or return None when it is invalid.

    It does not raise, so that the revocation of a reused token's family is committed.
    """
    now = clock.utcnow()
    mine = tokens.c.token_hash == digest(refresh_token)
    _lock_owner(session, refresh_token)
    live = (tokens.c.used_at.is_(None), tokens.c.revoked_at.is_(None), tokens.c.expires_at > now)
    spent = session.execute(
        update(tokens).where(mine, *live).values(used_at=now).returning(tokens.c.user_id, tokens.c.family_id)
    ).first()
    if spent is not None:
        return _issue(session, spent.user_id, spent.family_id)
    reused = session.execute(
        select(tokens.c.user_id, tokens.c.family_id).where(mine, tokens.c.used_at.is_not(None))
    ).first()
    # The person is told once: after that there is nothing left to revoke.
    if reused is not None and _revoke(session, tokens.c.family_id == reused.family_id):
        told = events.SignInRevoked(user_id=reused.user_id, at=now)
        announcing.announce_to(session, reused.user_id, told)
    return None


def close_family(session: Session, refresh_token: str) -> None:
    """Sign out: revoke the token's family. The access token may have expired, so the token suffices."""
    _lock_owner(session, refresh_token)
    family = select(tokens.c.family_id).where(tokens.c.token_hash == digest(refresh_token))
    _revoke(session, tokens.c.family_id == family.scalar_subquery())


def close_all(session: Session, user_id: UUID) -> None:
    """Sign somebody out everywhere."""
    streams.lock(session, streams.of_user(user_id))
    _revoke(session, tokens.c.user_id == user_id)


def _lock_owner(session: Session, refresh_token: str) -> None:
    # A revocation must see the token that a concurrent rotation is about to commit.
    streams.lock_owner(session, select(tokens.c.user_id).where(tokens.c.token_hash == digest(refresh_token)))


def _issue(session: Session, user_id: UUID, family_id: UUID) -> SignIn:
    token, now = secrets.token_urlsafe(32), clock.utcnow()
    session.execute(
        insert(tokens).values(
            id=uuid4(),
            user_id=user_id,
            family_id=family_id,
            token_hash=digest(token),
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    return SignIn(user_id, token)


def _revoke(session: Session, which: ColumnElement[bool]) -> bool:
    """Revoke tokens, and return whether one of them was still live."""
    now = clock.utcnow()
    statement = update(tokens).where(which, tokens.c.revoked_at.is_(None)).values(revoked_at=now)
    revoked = session.execute(statement.returning(tokens.c.used_at, tokens.c.expires_at)).all()
    return any(token.used_at is None and token.expires_at > now for token in revoked)
