"""When a local time of day is, across changes of daylight saving time. Pure: the current time is passed in.

A time of day on a date is the first moment at which a clock there shows it or a later one: the end of the gap
for a skipped time, and the first of two for a repeated one.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

# A weekly run finds its day within one week, or within two if a zone skipped it.
DAYS_SEARCHED = 15
ONE_DAY = timedelta(days=1)


def moment_of(day: date, time: str, timezone: str) -> datetime:
    """Return the moment, in UTC, of a local time "HH:MM" on a local date in an IANA zone.

    All of a date that the zone skipped (Samoa's 2011-12-30) is the moment of the skip. Raises ValueError when
    there is no such time of day.
    """
    hour, minute = time.split(":")
    local = datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=ZoneInfo(timezone))
    # Fold 0 takes the offset before a change and fold 1 the one after it (PEP 495).
    by_earlier, by_later = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if by_earlier <= by_later:
        return by_earlier
    return _end_of_leap(local, by_later, by_earlier)


def next_run(after: datetime, time: str, weekdays: Sequence[int], timezone: str) -> datetime | None:
    """Return the first moment after `after` with this time on one of the ISO weekdays, or None.

    Each such date has exactly one run, and a date that the zone skipped has none.
    """
    today = after.astimezone(ZoneInfo(timezone)).date()
    for ahead in range(DAYS_SEARCHED):
        moment = _run_on(today + ahead * ONE_DAY, time, weekdays, timezone)
        if moment is not None and moment > after:
            return moment
    return None


def latest_run(
    until: datetime, time: str, weekdays: Sequence[int], timezone: str
) -> tuple[date, datetime] | None:
    """Return the local date and the moment of the last run at or before `until`; see next_run."""
    # Tomorrow's may be over: clocks that go back across midnight return to the day before.
    newest = until.astimezone(ZoneInfo(timezone)).date() + ONE_DAY
    for back in range(DAYS_SEARCHED + 1):
        day = newest - back * ONE_DAY
        moment = _run_on(day, time, weekdays, timezone)
        if moment is not None and moment <= until:
            return day, moment
    return None


def _run_on(day: date, time: str, weekdays: Sequence[int], timezone: str) -> datetime | None:
    if day.isoweekday() not in weekdays:
        return None
    skipped = moment_of(day, "00:00", timezone).astimezone(ZoneInfo(timezone)).date() != day
    return None if skipped else moment_of(day, time, timezone)


def _end_of_leap(local: datetime, before: datetime, after: datetime) -> datetime:
    wall = local.replace(tzinfo=None)

    def leapt(seconds: int) -> bool:
        moment = before + timedelta(seconds=seconds)
        return moment.astimezone(local.tzinfo).replace(tzinfo=None) >= wall

    span = range(int((after - before).total_seconds()))
    return before + timedelta(seconds=bisect_left(span, True, key=leapt))
