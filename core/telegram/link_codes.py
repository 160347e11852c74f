"""Link codes: their form, their storage, and limits on guessing."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import columns, fetch_first, finds, table
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
    """Why a code was refused; `retry_after` is in seconds. No exception, so that the attempt is counted."""

    message: str
    retry_after: int | None = None


WRONG = CodeRefused("This code is wrong, was used, or has expired. Ask for a new one and try again.")


def issue(
    session: Session, key: bytes, *, user_id: UUID | None = None, chat_id: UUID | None = None
) -> IssuedCode:
    """Issue a code to a user or a chat that the caller has locked, in place of its earlier one."""
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
    """Count an attempt, for the guesser and overall; `forgive` uncounts a right one."""
    for key, allowed, window in (
        (f"link:{guesser}", GUESSES, GUESS_WINDOW),
        ("link", DOOR_GUESSES, DOOR_WINDOW),
    ):
        tries, seconds = attempts.count(session, key, window)
        if tries > allowed:
            return CodeRefused(f"Too many wrong codes. Please try again in {-(-seconds // 60)} min.", seconds)
    return None


def forgive(session: Session, guesser: str) -> None:
    """Uncount an attempt with a right code; wrong ones still count."""
    attempts.give_back(session, f"link:{guesser}")
    attempts.give_back(session, "link")


@dataclass(frozen=True)
class CodeOwner:
    """The user or the chat that a live code was issued to."""

    user_id: UUID | None
    chat_id: UUID | None


def peek(session: Session, key: bytes, code: str) -> CodeOwner | None:
    """Return the owner of a live code without using it up."""
    query = select(*columns(CodeOwner, codes)).where(*_live(key, code))
    return fetch_first(session, query, CodeOwner)


def spend(session: Session, key: bytes, code: str) -> bool:
    """Use up a live code; only one of several attempts at once gets True."""
    return finds(session, update(codes).where(*_live(key, code)).values(live=False).returning(codes.c.id))


def revoke(session: Session, *, user_id: UUID | None = None, chat_id: UUID | None = None) -> None:
    """Revoke the live code of a user or a chat, if there is one."""
    owner = codes.c.user_id == user_id if user_id else codes.c.chat_id == chat_id
    session.execute(update(codes).where(owner, codes.c.live).values(live=False))


def _live(key: bytes, code: str) -> tuple[ColumnElement[bool], ...]:
    return (codes.c.code_hash == digest(key, code), codes.c.live, codes.c.expires_at > clock.utcnow())


def digest(key: bytes, code: str) -> str:
    """Return the keyed hash under which a code is stored, whatever its case, spaces and dashes."""
    plain = "".join(character for character in code.upper() if character not in " -")
    return hmac.new(key, b"link code:" + plain.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
