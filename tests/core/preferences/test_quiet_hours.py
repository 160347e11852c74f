"""The hours in which Alice wants no message. 2026-11-25 is a Wednesday, and Berlin an hour ahead of UTC."""

from datetime import UTC, datetime, timedelta

import pytest

from core.preferences.quiet_hours import QuietHours

EVERY_DAY = range(1, 8)
NIGHTS = QuietHours(True, "22:00", "07:00", EVERY_DAY, "Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-25 20:59", None),
        ("2026-11-25 21:00", "2026-11-26 06:00"),
        ("2026-11-25 23:30", "2026-11-26 06:00"),
        ("2026-11-26 05:59", "2026-11-26 06:00"),
        ("2026-11-26 06:00", None),
    ],
)
def test_quiet_hours_reach_over_midnight(now: str, until: str | None) -> None:
    assert NIGHTS.until(utc(now)) == (until and utc(until))


def test_quiet_hours_of_an_afternoon_end_on_the_same_day() -> None:
    nap = QuietHours(True, "13:00", "15:00", EVERY_DAY, "Europe/Berlin")
    assert nap.until(utc("2026-11-25 12:30")) == utc("2026-11-25 14:00")
    assert nap.until(utc("2026-11-25 14:00")) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-26 22:00", None),  # the night to Friday
        ("2026-11-27 22:00", "2026-11-28 06:00"),
        ("2026-11-28 05:00", "2026-11-28 06:00"),
        ("2026-11-28 22:00", None),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(now: str, until: str | None) -> None:
    friday = QuietHours(True, "22:00", "07:00", [5], "Europe/Berlin")
    assert friday.until(utc(now)) == (until and utc(until))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        # The clocks go from 02:00 to 03:00, an hour less of sleep.
        ("2026-03-28 21:00", "2026-03-29 05:00"),
        ("2026-03-29 05:00", None),
        # And an hour more.
        ("2026-10-24 20:00", "2026-10-25 06:00"),
        ("2026-10-25 05:30", "2026-10-25 06:00"),
    ],
)
def test_quiet_hours_keep_to_the_clock_on_the_wall_when_it_is_put_forward_or_back(
    now: str, until: str | None
) -> None:
    assert NIGHTS.until(utc(now)) == (until and utc(until))


def test_quiet_hours_that_the_clocks_leap_over_are_not() -> None:
    short = QuietHours(True, "02:10", "02:50", EVERY_DAY, "Europe/Berlin")
    assert short.until(utc("2026-03-29 01:00")) is None
    assert short.until(utc("2026-03-30 00:20")) == utc("2026-03-30 00:50")


def test_the_same_start_and_end_mean_a_whole_day() -> None:
    sunday = QuietHours(True, "00:00", "00:00", [7], "Europe/Berlin")
    assert sunday.until(utc("2026-11-28 22:59")) is None
    assert sunday.until(utc("2026-11-28 23:00")) == utc("2026-11-29 23:00")
    assert sunday.until(utc("2026-11-29 23:00")) is None


def test_days_that_touch_are_one_long_quiet_time() -> None:
    weekend = QuietHours(True, "18:00", "18:00", [5, 6], "Europe/Berlin")
    for now in ("2026-11-27 17:00", "2026-11-28 12:00", "2026-11-28 17:00", "2026-11-29 16:59"):
        assert weekend.until(utc(now)) == utc("2026-11-29 17:00")
    assert weekend.until(utc("2026-11-29 17:00")) is None


def test_quiet_around_the_clock_is_answered_a_week_ahead() -> None:
    always = QuietHours(True, "18:00", "18:00", EVERY_DAY, "Europe/Berlin")
    now = datetime(2026, 11, 25, 16, 59, 30, tzinfo=UTC)
    assert always.until(now) == now + timedelta(days=7)
    six_days = QuietHours(True, "18:00", "18:00", [3, 4, 5, 6, 7, 1], "Europe/Berlin")
    assert six_days.until(utc("2026-11-25 17:00")) == utc("2026-12-01 17:00")


def test_nothing_is_quiet_without_quiet_hours_or_days() -> None:
    night = utc("2026-11-25 23:00")
    assert QuietHours(False, "22:00", "07:00", EVERY_DAY, "Europe/Berlin").until(night) is None
    assert QuietHours(True, "22:00", "07:00", [], "Europe/Berlin").until(night) is None


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")
