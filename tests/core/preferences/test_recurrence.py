"""Whoever changes a time, or flies around the world, has no day twice and misses none for long."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.preferences import EVERY_DAY
from core.preferences import recurrence
from core.preferences.recurrence import Run, Times

BERLIN = "Europe/Berlin"
# From one end of the calendar to the other, with clocks that change by an hour, by half of one, at midnight.
ZONES = (
    *(BERLIN, "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Africa/Cairo"),
    *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Auckland", "Asia/Kathmandu", "UTC"),
)
HALF_HOURS = [f"{hour:02}:{minute}" for hour in range(24) for minute in ("00", "30")]

MOMENTS = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Model:
    """A person's daily schedule, and a clock that ticks every minute."""

    times: Times
    now: datetime
    pending: datetime | None = None
    ledger: dict[date, datetime] = field(default_factory=dict)
    ran: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.change(self.times)

    @property
    def last(self) -> Run | None:
        return Run(max(self.ledger), self.ran[-1]) if self.ran else None

    def change(self, times: Times) -> None:
        if times.timezone != self.times.timezone and self.ran:
            self.ledger = {times.day_of(self.ran[-1]): self.ran[-1]}
        self.times = times
        self.pending = recurrence.plan(times, self.now, self.pending, self.last)

    def tick(self) -> None:
        if self.pending is None or self.pending > self.now:
            return
        day = recurrence.day_of_run(self.times, self.now, self.pending)
        assert day is not None
        if day not in self.ledger:
            self.ledger[day] = self.now
            self.ran.append(self.now)
        self.pending = recurrence.plan(self.times, self.now, last=self.last)

    def advance(self, until: datetime) -> None:
        while self.pending is not None and self.pending <= until:
            self.now = max(self.now, self.pending)
            self.tick()
        self.now = until


@given(
    MOMENTS,
    st.lists(
        st.tuples(st.integers(0, 2000), st.sampled_from(HALF_HOURS), st.sampled_from(ZONES) | st.just(None)),
        max_size=20,
    ),
)
def test_no_change_of_time_or_zone_doubles_a_day_or_leaves_a_gap_of_more_than_48_hours(
    begins: datetime, changes: list[tuple[int, str, str | None]]
) -> None:
    model = Model(Times("09:00", EVERY_DAY, BERLIN), begins)
    model.advance(model.now + timedelta(hours=25))
    for minutes, time, zone in changes:
        days = len(model.ledger)
        runs = len(model.ran)
        model.advance(model.now + timedelta(minutes=minutes))
        assert len(model.ledger) - days == len(model.ran) - runs
        model.change(Times(time, EVERY_DAY, zone or model.times.timezone))
    model.advance(model.now + timedelta(days=5))
    gaps = [later - earlier for earlier, later in pairwise(model.ran)]
    assert max(gaps) <= timedelta(hours=48)
    assert len(model.ran) >= 2


@given(
    MOMENTS,
    st.lists(st.tuples(st.integers(0, 2000), st.sampled_from(HALF_HOURS)), max_size=20),
    st.sampled_from(ZONES),
)
def test_at_home_every_day_has_its_run_whatever_the_time_is_changed_to(
    begins: datetime, changes: list[tuple[int, str]], zone: str
) -> None:
    model = Model(Times("09:00", EVERY_DAY, zone), begins)
    model.advance(model.now + timedelta(hours=25))
    for minutes, time in changes:
        model.advance(model.now + timedelta(minutes=minutes))
        model.change(Times(time, EVERY_DAY, zone))
    model.advance(model.now + timedelta(days=2))
    days = sorted(model.ledger)
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    local = [moment.astimezone(ZoneInfo(zone)).date() for moment in model.ran]
    assert local == days, "each on its own day"


def test_a_time_that_has_passed_today_leaves_today_where_it_was() -> None:
    now = utc("2026-03-02 07:59")
    nine = utc("2026-03-02 08:00")
    eight = Times("08:00", EVERY_DAY, BERLIN)
    assert recurrence.plan(eight, now, nine) == nine
    assert recurrence.day_of_run(eight, nine, nine) == date(2026, 3, 2)
    ten = Times("10:00", EVERY_DAY, BERLIN)
    assert recurrence.plan(ten, now, nine) == utc("2026-03-02 09:00")
    assert recurrence.plan(Times("08:00", [3], BERLIN), now, nine) == utc("2026-03-04 07:00")


def test_what_is_due_stays_due_whatever_is_changed() -> None:
    nine = utc("2026-03-02 08:00")
    ten = Times("10:00", EVERY_DAY, BERLIN)
    assert recurrence.plan(ten, nine + timedelta(seconds=20), nine) == nine
    assert recurrence.day_of_run(ten, nine + timedelta(seconds=20), nine) == date(2026, 3, 2)


@pytest.mark.parametrize("weekdays", [[], [1]])
def test_of_a_week_away_only_the_newest_runs(weekdays: list[int]) -> None:
    times = Times("09:00", weekdays or EVERY_DAY, BERLIN)
    away_since, back = utc("2026-03-02 08:00"), utc("2026-03-11 12:00")
    newest = date(2026, 3, 9) if weekdays else date(2026, 3, 11)
    assert recurrence.day_of_run(times, back, away_since) == newest


def test_what_was_never_planned_does_not_run() -> None:
    assert (
        recurrence.day_of_run(Times("09:00", EVERY_DAY, BERLIN), utc("2026-03-02 08:00"), utc("1970-01-01"))
        is None
    )
