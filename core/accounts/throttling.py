"""Limits on passwords, registrations and mails. Each attempt is counted before anything is checked.

Keys hold digests instead of emails, and unknown emails are counted the same.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from core.config import Settings
from core.errors import TooManyAttempts
from core.guards import attempts
from core.guards.attempts import Throttle
from core.text import fold

# How long an account's attempts from an address where it signed in are counted apart from strangers'.
KNOWN_FOR = timedelta(days=30)
REGISTRATION_WINDOW = timedelta(hours=1)
MAIL_WINDOW, MAILS_PER_ACCOUNT, MAILS_PER_ADDRESS = timedelta(hours=1), 3, 20
INVITATION_WINDOW, INVITATIONS_BY_ONE, INVITATIONS_TO_ONE = timedelta(days=1), 30, 5
MINUTE_S = 60


@dataclass(frozen=True)
class Try:
    """A counted attempt: the counters to correct when it succeeds."""

    account: str
    address: str | None = None
    known: str | None = None
    """The key that marks the address as the account's own."""


@dataclass(frozen=True)
class TooEarly:
    """An attempt that must wait `retry_after` seconds. No exception, so that the count is committed."""

    retry_after: int

    @property
    def error(self) -> TooManyAttempts:
        s = self.retry_after
        wait = f"{s} s" if s < MINUTE_S else f"{-(-s // MINUTE_S)} min"
        return TooManyAttempts(f"Too many tries. Please try again in {wait}.", s)


def login_allowed(session: Session, settings: Settings, email: str, address: str) -> Try | TooEarly:
    """Count a sign-in attempt for the client's address and for the account, whether that exists or not.

    Attempts from where the account has signed in before are counted separately.
    """
    known = _known(email, address)
    account = f"login:{known}" if attempts.is_remembered(session, known) else f"login:{_digest(email)}"
    tried = Try(account, f"login:from:{address}", known)
    for key, free in (
        (f"login:from:{address}", settings.login_tries_per_address),
        (account, settings.login_tries_per_account),
    ):
        seconds = attempts.take_place(session, key, _pace(settings, free))
        if seconds:
            return TooEarly(seconds)
    return tried


def password_allowed(session: Session, settings: Settings, user_id: UUID) -> Try | TooEarly:
    """Count a password attempt of somebody who is signed in."""
    tried = Try(f"password:{user_id}")
    seconds = attempts.take_place(session, tried.account, _pace(settings, settings.login_tries_per_account))
    return TooEarly(seconds) if seconds else tried


def forgive(session: Session, tried: Try) -> None:
    """Uncount an attempt with the right password, and remember its address."""
    if tried.address is not None:
        attempts.give_back(session, tried.address)
    attempts.forget(session, tried.account)
    if tried.known is not None:
        attempts.remember(session, tried.known, KNOWN_FOR)


def registration_allowed(session: Session, settings: Settings, address: str) -> TooEarly | None:
    """Count a registration from an address."""
    longest = timedelta(seconds=settings.login_longest_delay_s)
    pace = Throttle(settings.registrations_per_address, REGISTRATION_WINDOW, longest)
    seconds = attempts.take_place(session, f"register:from:{address}", pace)
    return TooEarly(seconds) if seconds else None


def verification_allowed(session: Session, user_id: UUID) -> TooEarly | None:
    """Count a requested verification mail."""
    mails, seconds = attempts.count(session, f"verify:{user_id}", MAIL_WINDOW)
    return TooEarly(seconds) if mails > MAILS_PER_ACCOUNT else None


def reset_allowed(session: Session, email: str, address: str) -> bool:
    """Count a requested password-reset mail, whether the account exists or not."""
    tries, _ = attempts.count(session, f"reset:from:{address}", MAIL_WINDOW)
    mails, _ = attempts.count(session, f"reset:{_digest(email)}", MAIL_WINDOW)
    return tries <= MAILS_PER_ADDRESS and mails <= MAILS_PER_ACCOUNT


def invitation_allowed(session: Session, inviter: UUID, email: str) -> bool:
    """Count an invitation mail, for its sender and for its address."""
    sent, _ = attempts.count(session, f"invite:by:{inviter}", INVITATION_WINDOW)
    got, _ = attempts.count(session, f"invite:{_digest(email)}", INVITATION_WINDOW)
    return sent <= INVITATIONS_BY_ONE and got <= INVITATIONS_TO_ONE


def forgive_account(session: Session, email: str) -> None:
    """Forget an account's wrong passwords, after a reset."""
    attempts.forget(session, f"login:{_digest(email)}")


def remember(session: Session, email: str, address: str) -> None:
    """Remember an address where the account has signed in."""
    attempts.remember(session, _known(email, address), KNOWN_FOR)


def _pace(settings: Settings, free: int) -> Throttle:
    window = timedelta(minutes=settings.login_window_minutes)
    return Throttle(free, window, timedelta(seconds=settings.login_longest_delay_s))


def _known(email: str, address: str) -> str:
    return f"known:{_digest(email, address)}"


def _digest(email: str, address: str = "") -> str:
    # Neither part contains a line break, so every pair is unique.
    return hashlib.sha256(f"{fold(email)}\n{address}".encode("utf-8", "replace")).hexdigest()
