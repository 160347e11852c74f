"""When to send something, and quiet hours, as people type them. Pure functions."""

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
    """A time of day "HH:MM", ISO weekdays, or both; None where nothing was said."""

    time: str | None
    weekdays: list[int] | None


@dataclass(frozen=True)
class QuietSpan:
    """Two times of day, and the ISO weekdays on which it starts, if they were said."""

    start: str
    end: str
    weekdays: list[int] | None


def timetable(text: str) -> Timetable:
    """Return when to send something: "8:30", "Mon 18:00", "8 pm weekdays", "Sat". Raises Invalid."""
    for days, time in _split(text):
        with suppress(Invalid):
            weekdays = times.weekdays(days) if days else None
            return Timetable(times.time_of_day(time) if time else None, weekdays)
    raise Unclear("I do not understand when. Write for example:", *SENT)


def quiet_span(text: str) -> QuietSpan:
    """Return quiet hours: "22-7", "22:00 7:30 weekdays", "from 10 pm to 6 am". Raises Invalid."""
    for days, span in _split(text):
        with suppress(Invalid):
            start, end = _span(span)
            return QuietSpan(start, end, times.weekdays(days) if days else None)
    raise Unclear("I do not understand when. Write for example:", *QUIET)


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to split a text into days and a time, in either order, with the fewest days first."""
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
            start, end = " ".join(words[:length]), " ".join(words[length:])
            return times.time_of_day(start), times.time_of_day(end)
    raise Invalid("These are not two times of day.")
