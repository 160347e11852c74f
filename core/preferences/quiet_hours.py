"""The hours in which a person wants no messages. Pure: the moment is passed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core import timing

ONE_DAY = timedelta(days=1)
FARTHEST_DAYS = 7


@dataclass(frozen=True)
class QuietHours:
    """Quiet from `start` to the next `end`, local times "HH:MM" in an IANA zone.

    `days` are the ISO weekdays on which they begin: 22:00 to 07:00 on [5] is the night to Saturday. If start
    and end are equal, they last a whole day.
    """

    enabled: bool
    start: str
    end: str
    days: Sequence[int]
    timezone: str

    def until(self, now: datetime) -> datetime | None:
        """Return the moment, in UTC, at which the current quiet hours end, or None if it is not quiet.

        Quiet hours that follow without a gap count as one. If there is never a gap, the answer is seven days
        from now: ask again then.
        """
        if not self.enabled:
            return None
        end = None
        for begins, ends in self._around(now):
            if begins <= (end or now) < ends:
                end = ends
        return None if end is None else min(end, now + FARTHEST_DAYS * ONE_DAY)

    def _around(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        today = now.astimezone(ZoneInfo(self.timezone)).date()
        for ahead in range(-1, FARTHEST_DAYS + 1):
            day = today + ahead * ONE_DAY
            if day.isoweekday() in self.days:
                last = day if self.start < self.end else day + ONE_DAY
                yield (
                    timing.moment_of(day, self.start, self.timezone),
                    timing.moment_of(last, self.end, self.timezone),
                )
