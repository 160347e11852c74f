"""The time of day of a schedule, while clocks are put forward and back."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest

from core import timing
from tests.support.scale import FULL

EVERY_DAY = range(1, 8)
ONE_DAY = timedelta(days=1)
FIRST, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
HALF_HOURS = [f"{hour:02}:{minute}" for hour in range(24) for minute in ("00", "30")]


@pytest.mark.parametrize(
    ("timezone", "local", "moment"),
    [
        # 02:30 does not exist: the clocks go from 02:00 to 03:00.
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:00"),
        # 02:30 comes twice, at 00:30 and at 01:30 of UTC.
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30"),
        ("Europe/Berlin", "2026-10-25 03:00", "2026-10-25 02:00"),
        ("Europe/Berlin", "2026-07-01 09:00", "2026-07-01 07:00"),
        # Half an hour, from 02:00 to 02:30, and back.
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
        # At midnight, from 00:00 to 01:00, and from 24:00 back to 23:00 of the day before.
        ("America/Santiago", "2026-09-06 00:30", "2026-09-06 04:00"),
        ("America/Santiago", "2026-04-04 23:30", "2026-04-05 02:30"),
        ("America/Santiago", "2026-04-05 00:00", "2026-04-05 04:00"),
        ("Africa/Cairo", "2026-04-24 00:00", "2026-04-23 22:00"),
        ("Asia/Beirut", "2026-03-29 00:30", "2026-03-28 22:00"),
        ("Asia/Beirut", "2026-10-24 23:30", "2026-10-24 20:30"),
        # From half past eleven to half past midnight.
        ("America/Toronto", "1919-03-30 23:45", "1919-03-31 04:30"),
        ("Pacific/Apia", "2026-11-25 09:00", "2026-11-24 20:00"),
        ("Pacific/Apia", "2011-12-30 09:00", "2011-12-30 10:00"),
    ],
)
def test_a_local_time_is_the_first_moment_at_which_a_clock_shows_it_or_a_later_one(
    timezone: str, local: str, moment: str
) -> None:
    day, time = local.split()
    assert timing.moment_of(date.fromisoformat(day), time, timezone) == utc(moment)


@pytest.mark.parametrize("time", ["24:00", "08:60", "", "noon", "08:00:00"])
def test_what_is_no_time_of_day_is_refused(time: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        timing.moment_of(date(2026, 11, 25), time, "Europe/Berlin")


def test_the_next_run_is_later_than_now_and_on_a_wanted_day() -> None:
    wednesday = utc("2026-11-25 08:00")
    assert timing.next_run(wednesday, "09:00", EVERY_DAY, "Europe/Berlin") == utc("2026-11-26 08:00")
    assert timing.next_run(wednesday, "09:01", EVERY_DAY, "Europe/Berlin") == utc("2026-11-25 08:01")
    assert timing.next_run(wednesday, "09:00", [3], "Europe/Berlin") == utc("2026-12-02 08:00")
    assert timing.next_run(wednesday, "09:00", [1, 6], "Europe/Berlin") == utc("2026-11-28 08:00")
    assert timing.next_run(wednesday, "09:00", [], "Europe/Berlin") is None


def test_the_latest_run_is_now_or_before_and_on_a_wanted_day() -> None:
    wednesday = utc("2026-11-25 08:00")
    assert timing.latest_run(wednesday, "09:00", EVERY_DAY, "Europe/Berlin") == (
        date(2026, 11, 25),
        wednesday,
    )
    assert timing.latest_run(wednesday, "09:01", EVERY_DAY, "Europe/Berlin") == (
        date(2026, 11, 24),
        utc("2026-11-24 08:01"),
    )
    assert timing.latest_run(wednesday, "09:01", [3], "Europe/Berlin") == (
        date(2026, 11, 18),
        utc("2026-11-18 08:01"),
    )
    assert timing.latest_run(wednesday, "09:00", [], "Europe/Berlin") is None


def test_a_time_of_tomorrow_that_has_been_is_the_latest_after_clocks_go_back_over_midnight() -> None:
    # St. John's went from 00:01 of the 7th back to 23:01 of the 6th.
    time, timezone = "00:00", "America/St_Johns"
    seventh = timing.moment_of(date(2010, 11, 7), time, timezone)
    assert seventh == utc("2010-11-07 02:30")
    for later in (seventh, seventh + timedelta(minutes=30), seventh + timedelta(hours=2)):
        assert timing.latest_run(later, time, EVERY_DAY, timezone) == (date(2010, 11, 7), seventh)
        assert timing.next_run(later, time, EVERY_DAY, timezone) == utc("2010-11-08 03:30")


@pytest.mark.parametrize("time", ["00:00", "09:00"])
def test_a_day_that_samoa_skipped_has_no_run(time: str) -> None:
    last_of_old, first_of_new = date(2011, 12, 29), date(2011, 12, 31)
    before = timing.moment_of(last_of_old, time, "Pacific/Apia")
    after = timing.moment_of(first_of_new, time, "Pacific/Apia")
    assert after - before == ONE_DAY
    assert timing.next_run(before, time, EVERY_DAY, "Pacific/Apia") == after
    assert timing.latest_run(after - timedelta(minutes=1), time, EVERY_DAY, "Pacific/Apia") == (
        last_of_old,
        before,
    )
    friday_after = timing.moment_of(date(2012, 1, 6), time, "Pacific/Apia")
    assert timing.next_run(before - 6 * ONE_DAY, time, [5], "Pacific/Apia") == friday_after
    assert timing.latest_run(friday_after - timedelta(minutes=1), time, [5], "Pacific/Apia") == (
        date(2011, 12, 23),
        before - 6 * ONE_DAY,
    )


def test_every_local_date_has_exactly_one_run_around_every_change_of_every_zone() -> None:
    seen: dict[Change, str] = {}
    for name in sorted(available_timezones()):
        for change in changes(name):
            seen.setdefault(change, name)
    assert len(seen) > 100
    # In an ordinary run a quarter of them.
    for change, name in list(seen.items())[:: 1 if FULL else 4]:
        for time in HALF_HOURS if FULL else change.touched():
            runs_around(name, change, time)


class Change(NamedTuple):
    """A moment from which on clocks are `after` ahead of UTC and no more `before`."""

    moment: datetime
    before: timedelta
    after: timedelta

    def moment_of(self, local: datetime) -> datetime:
        """Return when a local time comes that is written as if it were in UTC."""
        if local - self.before < self.moment:
            return local - self.before
        return max(local - self.after, self.moment)

    def touched(self) -> Iterator[str]:
        """Go through the times of day that come less than two hours from the change, on one of its clocks."""
        for time in HALF_HOURS:
            hour, minute = map(int, time.split(":"))
            for ahead in (self.before, self.after):
                local = self.moment + ahead
                apart = abs(local.replace(hour=hour, minute=minute) - local)
                if min(apart, ONE_DAY - apart) < timedelta(hours=2):
                    yield time
                    break


def changes(name: str) -> Iterator[Change]:
    zone = ZoneInfo(name)

    def offset(moment: datetime) -> timedelta:
        ahead = moment.astimezone(zone).utcoffset()
        assert ahead is not None
        return ahead

    for (start, before), (_, after) in pairwise((day, offset(day)) for day in WEEKS):
        if before != after:
            second = bisect_left(
                range(7 * 86400), True, key=lambda s: offset(start + timedelta(seconds=s)) != before
            )
            yield Change(start + timedelta(seconds=second), before, after)


# Nowhere are clocks put forward and back within a week.
WEEKS = [FIRST + number * 7 * ONE_DAY for number in range((END - FIRST).days // 7 + 1)]


def runs_around(name: str, change: Change, time: str) -> None:
    """Let a clock that knows only when it last ran run from two days before a change to two after it."""
    where = f"{time} in {name} around {change.moment}"
    hour, minute = map(int, time.split(":"))
    middle = change.moment.replace(hour=hour, minute=minute)
    wanted = [
        ((middle + number * ONE_DAY).date(), change.moment_of(middle + number * ONE_DAY))
        for number in range(-2, 3)
    ]
    (_, now), *following = wanted
    for day, moment in following:
        run = timing.next_run(now, time, EVERY_DAY, name)
        assert run == moment > now, where
        assert timing.latest_run(run, time, EVERY_DAY, name) == (day, run), where
        assert timing.latest_run(run - timedelta.resolution, time, EVERY_DAY, name) == (
            day - ONE_DAY,
            now,
        ), where
        now = run


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")
