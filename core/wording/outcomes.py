"""What a send came to, and what follows from it: the one table of rules.

A channel says which of these happened; only core decides what to do about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Failure(StrEnum):
    """Why a message was not accepted, or not known to be.

    wait: the channel asks for patience. clean: nothing can have arrived. ambiguous: it may have arrived.
    gone: this destination will never accept anything. moved: it has another address. unparsable: the markup
    was refused. too_long: more than the channel takes. refused: this very message will never be accepted.
    fatal: the channel refuses us altogether.
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
    """The channel took the message; its own id of it is None when the answer could not be read."""

    external_id: int | None


@dataclass(frozen=True)
class Failed:
    """The channel did not take it. `retry_after` in seconds; `moved_to` is the new address."""

    failure: Failure
    error: str
    retry_after: float | None = None
    moved_to: int | None = None


Outcome = Sent | Failed


class Disposition(StrEnum):
    """What to do with a message that was not accepted.

    again: send it again, later. at_once: the same, without waiting. without_markup: send its plain text.
    shorter: tell less in one message. anew: later tell what is still true then. give_up: it has failed.
    suspend: that, and nothing more is sent there. unconfirmed: nobody will ever know.
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
    """What follows from a failure: `then`, `at_last` when it happened `most` times, `when_old` after a day.

    `counts` says whether it is one of the attempts after which the waits grow.
    """

    then: Disposition
    counts: bool = False
    most: int = 1
    at_last: Disposition | None = None
    when_old: Disposition | None = None


# How long to wait after each attempt that counts; the last one is repeated until the message is old.
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
# After the first attempt of a message. What is a day old is no news.
OLD_AFTER = timedelta(hours=24)
# A message that may have arrived is sent again this often, marked as a possible repeat.
MOST_REPEATS = 2
# Nobody is asked to wait longer; who still must is asked again then.
LONGEST_WAIT = timedelta(days=1)
# Telegram sometimes asks for patience without saying how much.
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
