"""What can go wrong in the domain. Each message is a sentence that tells a person what to do.

No status codes and no chat wording here: each face translates by class.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class DomainError(Exception):
    """Base of everything that a person may be told. `str(error)` is the sentence."""


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one named input."""

    field: str
    message: str


class Invalid(DomainError):
    """The input cannot be accepted as it is."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.problems: Sequence[FieldProblem] = [FieldProblem(field, message)] if field else []


class Unauthenticated(DomainError):
    """Nobody is signed in, or not as who they say."""


class AccountGone(Unauthenticated):
    """The person acts with a token that has outlived their account."""

    def __init__(self) -> None:
        super().__init__("This account no longer exists. Please register again.")


class NotAllowed(DomainError):
    """The person may not do this here."""


class NotFound(DomainError):
    """There is no such thing in a place that the person may see."""


class Conflict(DomainError):
    """The request clashes with what is already there."""


class TooManyAttempts(DomainError):
    """The person must wait `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """The database cannot be used at the moment; nothing was changed."""


class OutcomeUnknown(Unavailable):
    """The connection broke while a change was being saved: it may have been, or not."""


class ConfigurationError(Exception):
    """Stockbell cannot start like this. The message names the setting to change."""
