"""Days and moments in words."""

from datetime import UTC, date, datetime

import pytest

from bot import days


@pytest.mark.parametrize(
    ("left", "words"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (3, "in 3 days"), (-2, "2 days ago")],
)
def test_a_distance_is_said_in_words(left: int, words: str) -> None:
    assert days.distance(left) == words


def test_a_moment_is_told_on_the_clock_of_its_person() -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert days.moment(new_year, "Europe/Berlin") == "1 Jan, 00:30"
    assert days.until(new_year, "America/New_York") == " until 31 Dec, 18:30"
    assert days.until(None, "Europe/Berlin") == ""
    assert days.day(date(2026, 3, 1)) == "1 Mar 2026"
