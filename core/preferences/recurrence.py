"""When a schedule runs next, and for which calendar day. Pure: the moment is passed in.

Changing a time or a zone neither skips nor repeats a day: the ledger of runs refuses a repeated day, and
this module leaves none out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from core import clock, timing

# The longest wait for something daily, whatever the person changes.
LONGEST_GAP = timedelta(hours=48)
# Schedules from a migration are due before this, and have never been planned.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Times:
    """A local time "HH:MM" on ISO weekdays in an IANA zone."""

    time: str
    weekdays: Sequence[int]
    timezone: str

    def next_run(self, after: datetime) -> datetime | None:
        return timing.next_run(after, self.time, self.weekdays, self.timezone)

    def latest_run(self, until: datetime) -> tuple[date, datetime] | None:
        return timing.latest_run(until, self.time, self.weekdays, self.timezone)

    def day_of(self, moment: datetime) -> date:
        return clock.day_of(moment, self.timezone)


@dataclass(frozen=True)
class Run:
    """A past run: the calendar day that it was for, and when it ran."""

    day: date
    at: datetime


def plan(
    times: Times, now: datetime, pending: datetime | None = None, last: Run | None = None
) -> datetime | None:
    """Return when a schedule runs next, or None when it has no weekdays.

    `pending` is when it would have run by the old times, `last` is its newest run. What is due stays due. If
    the new time of a day has passed already, that day's run stays at the old time.
    """
    if pending is not None and pending <= now:
        return pending
    upcoming = times.next_run(now)
    if upcoming is None:
        return None
    if pending is not None and _is_left_out(times, pending, upcoming, last):
        upcoming = pending
    if last is not None and len(set(times.weekdays)) == _DAYS_A_WEEK and now < last.at + LONGEST_GAP:
        # Only reached when the zone changes more than once a day.
        upcoming = min(upcoming, last.at + LONGEST_GAP)
    return upcoming


def _is_left_out(times: Times, pending: datetime, upcoming: datetime, last: Run | None) -> bool:
    """Return whether the day of the pending run would be left without one."""
    day = times.day_of(pending)
    told = last is not None and last.day >= day
    return not told and day.isoweekday() in times.weekdays and day < times.day_of(upcoming)


def day_of_run(times: Times, now: datetime, pending: datetime) -> date | None:
    """Return the calendar day of a run due at `pending`, the newest if several were missed, or None."""
    if pending < EPOCH:
        return None
    latest = times.latest_run(now)
    if latest is not None and latest[1] >= pending:
        return latest[0]
    return times.day_of(pending)
