"""Errors of the domain. Each message is a sentence that tells a person what to do.

There are no status codes and no chat wording here: each face translates by class.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class DomainError(Exception):
    """Base of all errors that people are told; `str(error)` is the sentence."""


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with an input."""

    field: str
    message: str


class Invalid(DomainError):
    """The input cannot be accepted."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.problems: Sequence[FieldProblem] = [FieldProblem(field, message)] if field else []


class Unauthenticated(DomainError):
    """Nobody is signed in, or the credentials are wrong."""


class AccountGone(Unauthenticated):
    """The account of a valid token has been deleted."""

    def __init__(self) -> None:
        super().__init__("This account no longer exists. Please register again.")


class NotAllowed(DomainError):
    """The person may not do this here."""


class NotFound(DomainError):
    """There is no such thing that the person may see."""


class Conflict(DomainError):
    """The request conflicts with the current state."""


class TooManyAttempts(DomainError):
    """The person must wait `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """The database cannot be used now; nothing was changed."""


class OutcomeUnknown(Unavailable):
    """The connection broke during a commit, which may have succeeded."""


class ConfigurationError(Exception):
    """Stockbell cannot start. The message names the setting to change."""
