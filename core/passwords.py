"""Passwords, hashed with Argon2id (RFC 9106) at the library's current parameters.

A hash takes tens of milliseconds: callers run these in a thread, never inside a transaction.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from core.errors import Invalid

SHORTEST, LONGEST = 8, 1024


def acceptable(password: str, field: str = "password") -> str:
    """Return the password if it is long enough. Raises Invalid."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"{field} must have {SHORTEST} to {LONGEST} characters.", field)
    return password


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")


def hash_password(password: str) -> str:
    return _hasher().hash(_bytes(password))


def verify(password_hash: str | None, password: str) -> bool:
    """Say whether the password fits; None costs the same time, so that it tells nothing."""
    try:
        return _hasher().verify(password_hash or _nobody(), _bytes(password)) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    # A lone surrogate is no text that UTF-8 can hold, and no reason to fail.
    return password.encode("utf-8", "surrogatepass")
