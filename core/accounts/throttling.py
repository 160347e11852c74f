"""Who may try a password, or to register, and when. A try takes its place before anything is looked at.

No email stands in a key, only a digest, and what is counted for an unknown email looks the same.
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

# An address where somebody has signed in is their own for so long: strangers do not slow them there.
KNOWN_FOR = timedelta(days=30)
REGISTRATION_WINDOW = timedelta(hours=1)
MAIL_WINDOW, MAILS_PER_ACCOUNT, MAILS_PER_ADDRESS = timedelta(hours=1), 3, 20
INVITATION_WINDOW, INVITATIONS_BY_ONE, INVITATIONS_TO_ONE = timedelta(days=1), 30, 5
MINUTE_S = 60


@dataclass(frozen=True)
class Try:
    """A try that took its place: the counters to set right when it succeeds."""

    account: str
    address: str | None = None
    known: str | None = None
    """Under which the address is remembered as one of the account's own."""


@dataclass(frozen=True)
class TooEarly:
    """That a try has to wait `retry_after` seconds.

    A value and not an exception, so that what was counted is committed.
    """

    retry_after: int

    @property
    def error(self) -> TooManyAttempts:
        s = self.retry_after
        wait = f"{s} s" if s < MINUTE_S else f"{-(-s // MINUTE_S)} min"
        return TooManyAttempts(f"Too many tries. Please try again in {wait}.", s)


def login_allowed(session: Session, settings: Settings, email: str, address: str) -> Try | TooEarly:
    """Count a try to sign in, for the client's address and for the account, whether there is one or not.

    Where the account has signed in before, its tries are counted apart from those of strangers elsewhere.
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
    """Count a try at the password of somebody who is signed in, before it is checked."""
    tried = Try(f"password:{user_id}")
    seconds = attempts.take_place(session, tried.account, _pace(settings, settings.login_tries_per_account))
    return TooEarly(seconds) if seconds else tried


def forgive(session: Session, tried: Try) -> None:
    """Take back what a try with the right password counted, and remember the address where it was made."""
    if tried.address is not None:
        attempts.give_back(session, tried.address)
    attempts.forget(session, tried.account)
    if tried.known is not None:
        attempts.remember(session, tried.known, KNOWN_FOR)


def registration_allowed(session: Session, settings: Settings, address: str) -> TooEarly | None:
    """Count a try to register from an address."""
    longest = timedelta(seconds=settings.login_longest_delay_s)
    pace = Throttle(settings.registrations_per_address, REGISTRATION_WINDOW, longest)
    seconds = attempts.take_place(session, f"register:from:{address}", pace)
    return TooEarly(seconds) if seconds else None


def verification_allowed(session: Session, user_id: UUID) -> TooEarly | None:
    """Count a mail that somebody asks for to prove their address."""
    mails, seconds = attempts.count(session, f"verify:{user_id}", MAIL_WINDOW)
    return TooEarly(seconds) if mails > MAILS_PER_ACCOUNT else None


def reset_allowed(session: Session, email: str, address: str) -> bool:
    """Count a mail that somebody asks for to set a new password, whether there is such an account or not."""
    tries, _ = attempts.count(session, f"reset:from:{address}", MAIL_WINDOW)
    mails, _ = attempts.count(session, f"reset:{_digest(email)}", MAIL_WINDOW)
    return tries <= MAILS_PER_ADDRESS and mails <= MAILS_PER_ACCOUNT


def invitation_allowed(session: Session, inviter: UUID, email: str) -> bool:
    """Count a mail to somebody who is invited: nobody is to be flooded, and nobody to flood others."""
    sent, _ = attempts.count(session, f"invite:by:{inviter}", INVITATION_WINDOW)
    got, _ = attempts.count(session, f"invite:{_digest(email)}", INVITATION_WINDOW)
    return sent <= INVITATIONS_BY_ONE and got <= INVITATIONS_TO_ONE


def forgive_account(session: Session, email: str) -> None:
    """Forget wrong passwords of an account whose person has just set another one."""
    attempts.forget(session, f"login:{_digest(email)}")


def remember(session: Session, email: str, address: str) -> None:
    """Remember an address as one where the account has signed in."""
    attempts.remember(session, _known(email, address), KNOWN_FOR)


def _pace(settings: Settings, free: int) -> Throttle:
    window = timedelta(minutes=settings.login_window_minutes)
    return Throttle(free, window, timedelta(seconds=settings.login_longest_delay_s))


def _known(email: str, address: str) -> str:
    return f"known:{_digest(email, address)}"


def _digest(email: str, address: str = "") -> str:
    # A line break is in neither, so that no two pairs read the same.
    return hashlib.sha256(f"{fold(email)}\n{address}".encode("utf-8", "replace")).hexdigest()
