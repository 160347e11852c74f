"""Link codes: how they look, how they are stored, and how guessing is stopped."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from core import clock, pruning
from core.db import table
from core.guards import attempts
from core.models import LinkCode

codes = table(LinkCode)

# No 0 O, 1 I L, 2 Z, 5 S, 8 B: 8 of these 25 carry 37 bits.
ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
LENGTH = 8
LIFETIME = timedelta(minutes=10)
GUESSES, GUESS_WINDOW = 5, timedelta(minutes=15)
DOOR_GUESSES, DOOR_WINDOW = 200, timedelta(minutes=10)


@dataclass(frozen=True)
class IssuedCode:
    code: str
    expires_at: datetime


@dataclass(frozen=True)
class CodeRefused:
    """Why a code was not taken. `retry_after` is set, in seconds, when there were too many tries.

    A value and not an exception, so that the count of the try is committed.
    """

    message: str
    retry_after: int | None = None


WRONG = CodeRefused("This code is wrong, was used, or has expired. Ask for a new one and try again.")


def issue(
    session: Session, key: bytes, *, user_id: UUID | None = None, chat_id: UUID | None = None
) -> IssuedCode:
    """Issue a code to a user or a chat that the caller has locked; the one that it had before is dead."""
    now = clock.utcnow()
    revoke(session, user_id=user_id, chat_id=chat_id)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    issued = IssuedCode(code, now + LIFETIME)
    session.execute(
        insert(codes).values(
            id=uuid4(),
            code_hash=digest(key, code),
            user_id=user_id,
            chat_id=chat_id,
            live=True,
            created_at=now,
            expires_at=issued.expires_at,
        )
    )
    return issued


def allow_try(session: Session, guesser: str) -> CodeRefused | None:
    """Count a try against the guesser and the whole door; a right one is forgiven afterwards."""
    for key, allowed, window in (
        (f"link:{guesser}", GUESSES, GUESS_WINDOW),
        ("link", DOOR_GUESSES, DOOR_WINDOW),
    ):
        tries, seconds = attempts.count(session, key, window)
        if tries > allowed:
            minutes = -(-seconds // 60)
            return CodeRefused(
                f"Too many wrong codes. Please try again in {minutes} min.", retry_after=seconds
            )
    return None


def forgive(session: Session, guesser: str) -> None:
    """Take back the try of somebody who knew a code; their wrong ones still count."""
    attempts.give_back(session, f"link:{guesser}")
    attempts.give_back(session, "link")


@dataclass(frozen=True)
class CodeOwner:
    """Whom a live code was issued to: a user or a chat."""

    user_id: UUID | None
    chat_id: UUID | None


def peek(session: Session, key: bytes, code: str) -> CodeOwner | None:
    """Return the owner of a live code without using it up."""
    query = select(codes.c.user_id, codes.c.chat_id).where(*_live(key, code))
    row = session.execute(query).first()
    return CodeOwner(row.user_id, row.chat_id) if row else None


def spend(session: Session, key: bytes, code: str) -> bool:
    """Use a live code up: of several that try at once, one gets True."""
    statement = update(codes).where(*_live(key, code)).values(live=False).returning(codes.c.id)
    return session.execute(statement).first() is not None


def revoke(session: Session, *, user_id: UUID | None = None, chat_id: UUID | None = None) -> None:
    """End the code that a user or a chat still has: what it was for is decided."""
    owner = codes.c.user_id == user_id if user_id else codes.c.chat_id == chat_id
    session.execute(update(codes).where(owner, codes.c.live).values(live=False))


def prune(session: Session) -> int:
    """Delete codes whose time has run out and return how many."""
    return pruning.delete_until(session, codes.c.expires_at, clock.utcnow())


def _live(key: bytes, code: str) -> tuple[ColumnElement[bool], ...]:
    return (codes.c.code_hash == digest(key, code), codes.c.live, codes.c.expires_at > clock.utcnow())


def digest(key: bytes, code: str) -> str:
    """Return the keyed hash under which a code is stored; case, spaces and dashes do not matter."""
    plain = "".join(character for character in code.upper() if character not in " -")
    return hmac.new(key, b"link code:" + plain.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
