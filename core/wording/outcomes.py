"""The outcomes of sending, and the one table of what follows from each.

A channel only reports what happened; core decides what to do about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Failure(StrEnum):
    """Why a message was not accepted, or may not have been.

    wait: the channel asks us to wait. clean: nothing can have arrived. ambiguous: it may have arrived. gone:
    this destination will never accept anything. moved: it has a new address. unparsable: the markup was
    refused. too_long: more than the channel takes. refused: this message will never be accepted. fatal: the
    channel refuses us altogether.
    """

    WAIT = "wait"
    CLEAN = "clean"
    AMBIGUOUS = "ambiguous"
    GONE = "gone"
    MOVED = "moved"
    UNPARSABLE = "unparsable"
    TOO_LONG = "too_long"
    REFUSED = "refused"
    FATAL = "fatal"


@dataclass(frozen=True)
class Sent:
    """The channel accepted the message; `external_id` is None when its answer could not be read."""

    external_id: int | None


@dataclass(frozen=True)
class Failed:
    """The channel did not accept it. `retry_after` is in seconds; `moved_to` is the new address."""

    failure: Failure
    error: str
    retry_after: float | None = None
    moved_to: int | None = None


Outcome = Sent | Failed


class Disposition(StrEnum):
    """What to do with a message that was not accepted.

    again: send it again later. at_once: send it again now. without_markup: send its plain text. shorter: make
    shorter messages. anew: later, make a new one of what is still true. give_up: it has failed. suspend: the
    same, and send nothing more there. unconfirmed: nobody will ever know.
    """

    AGAIN = "again"
    AT_ONCE = "at_once"
    WITHOUT_MARKUP = "without_markup"
    SHORTER = "shorter"
    ANEW = "anew"
    GIVE_UP = "give_up"
    SUSPEND = "suspend"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Rule:
    """`then`; `at_last` after `most` times; `when_old` after a day. If it `counts`, the waits grow."""

    then: Disposition
    counts: bool = False
    most: int = 1
    at_last: Disposition | None = None
    when_old: Disposition | None = None


# The waits after each failure that counts; the last one repeats until the message is old.
BACKOFF: Sequence[timedelta] = (
    timedelta(seconds=1),
    timedelta(seconds=5),
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
# Since a message was made. A day later it is no longer news.
OLD_AFTER = timedelta(hours=24)
# How often a message that may have arrived is sent again, marked as a possible repeat.
MOST_REPEATS = 2
# A channel that asks for a longer wait is asked again after this.
LONGEST_WAIT = timedelta(days=1)
# Telegram sometimes asks us to wait without saying how long.
DEFAULT_WAIT = timedelta(seconds=5)

RULES: Mapping[Failure, Rule] = {
    Failure.WAIT: Rule(Disposition.AGAIN, when_old=Disposition.ANEW),
    Failure.CLEAN: Rule(Disposition.AGAIN, counts=True, when_old=Disposition.GIVE_UP),
    Failure.AMBIGUOUS: Rule(
        Disposition.AGAIN,
        counts=True,
        most=MOST_REPEATS + 1,
        at_last=Disposition.UNCONFIRMED,
        when_old=Disposition.GIVE_UP,
    ),
    Failure.GONE: Rule(Disposition.SUSPEND),
    Failure.MOVED: Rule(Disposition.AT_ONCE),
    Failure.UNPARSABLE: Rule(Disposition.WITHOUT_MARKUP, most=2, at_last=Disposition.GIVE_UP),
    Failure.TOO_LONG: Rule(Disposition.SHORTER, most=2, at_last=Disposition.GIVE_UP),
    Failure.REFUSED: Rule(Disposition.GIVE_UP),
    Failure.FATAL: Rule(Disposition.AGAIN, when_old=Disposition.ANEW),
}
