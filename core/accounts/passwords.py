"""Passwords, hashed with Argon2id (RFC 9106) at the library's current parameters, except for the memory.

A hash takes tens of milliseconds, so callers use a thread, and never a transaction.
"""

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from core.errors import Invalid

SHORTEST, LONGEST = 8, 1024
_KIB = 1024


def acceptable(password: str, field: str = "password") -> str:
    """Return the password if it is long enough. Raises Invalid."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"{field} must have {SHORTEST} to {LONGEST} characters.", field)
    return password


class Passwords:
    """Makes and checks hashes with `memory_mib` MiB of memory each."""

    def __init__(self, memory_mib: int) -> None:
        self._hasher = PasswordHasher(memory_cost=memory_mib * _KIB)

    def hash(self, password: str) -> str:
        return self._hasher.hash(_bytes(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password is right. A None hash takes the same time, to reveal nothing."""
        try:
            fits = self._hasher.verify(password_hash or self._nobody, _bytes(password))
        except (VerifyMismatchError, InvalidHashError):
            return False
        return fits and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether a hash has other parameters, so that checking it takes another time than `None`."""
        return self._hasher.check_needs_rehash(password_hash)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")


def _bytes(password: str) -> bytes:
    # UTF-8 cannot encode a lone surrogate, which is no reason to fail.
    return password.encode("utf-8", "surrogatepass")
