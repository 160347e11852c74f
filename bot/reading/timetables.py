"""When something is to be sent, and quiet hours, as people type them. Pure functions."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from bot.errors import Unclear
from bot.reading import times
from core.errors import Invalid

SENT = ("/settings daily 8:30", "/settings weekly Mon 18:00", "/settings shopping Sat 10")
QUIET = ("/settings quiet 22-7", "/settings quiet 22:00 7:30 weekdays", "/settings quiet off")
_TO = re.compile(r"\s*[-–—]\s*|\s+(?:to|until|till|and)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Timetable:
    """A time of day "HH:MM", ISO weekdays, or both; what was not said is None."""

    time: str | None
    weekdays: list[int] | None


@dataclass(frozen=True)
class QuietSpan:
    """From a time of day to one, beginning on ISO weekdays, if they were said."""

    start: str
    end: str
    weekdays: list[int] | None


def timetable(text: str) -> Timetable:
    """Return when something is to be sent: "8:30", "Mon 18:00", "8 pm weekdays", "Sat". Raises Invalid."""
    for days, time in _split(text):
        with suppress(Invalid):
            return Timetable(
                times.time_of_day(time) if time else None, times.weekdays(days) if days else None
            )
    raise Unclear("I do not know when that is. Write for example:", *SENT)


def quiet_span(text: str) -> QuietSpan:
    """Return quiet hours: "22-7", "22:00 7:30 weekdays", "from 10 pm to 6 am". Raises Invalid."""
    for days, span in _split(text):
        with suppress(Invalid):
            start, end = _span(span)
            return QuietSpan(start, end, times.weekdays(days) if days else None)
    raise Unclear("I do not know when that is. Write for example:", *QUIET)


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to read a text as days and a time, whichever comes first, the shortest days first."""
    words = text.split() if len(text) <= times.LONGEST else []
    for days in range(len(words) + 1 if words else 0):
        timed = len(words) - days
        yield " ".join(words[timed:]), " ".join(words[:timed])
        yield " ".join(words[:days]), " ".join(words[days:])


def _span(text: str) -> tuple[str, str]:
    plain = re.sub(r"^from\s+", "", text, flags=re.IGNORECASE)
    parts = _TO.split(plain)
    if len(parts) == 2:
        return times.time_of_day(parts[0]), times.time_of_day(parts[1])
    words = plain.split()
    for length in range(1, len(words)):
        with suppress(Invalid):
            return (
                times.time_of_day(" ".join(words[:length])),
                times.time_of_day(" ".join(words[length:])),
            )
    raise Invalid(f"Say from when to when, for example: {QUIET}.")
