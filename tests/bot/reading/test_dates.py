"""Days as people type them."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import days
from bot.reading import dates
from core.errors import Invalid

MONDAY = date(2026, 11, 23)
TODAYS = st.dates(date(2020, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("24.12.", date(2026, 12, 24)),
        ("24.12", date(2026, 12, 24)),
        ("1.2.", date(2027, 2, 1)),
        ("24.12.2027", date(2027, 12, 24)),
        ("24.12.27", date(2027, 12, 24)),
        ("24 Dec", date(2026, 12, 24)),
        ("24th december 2027", date(2027, 12, 24)),
        ("Dec 24", date(2026, 12, 24)),
        ("Dec 24, 2027", date(2027, 12, 24)),
        ("1 january", date(2027, 1, 1)),
        ("29 Feb", date(2028, 2, 29)),
        ("today", MONDAY),
        ("Tomorrow", date(2026, 11, 24)),
        ("friday", date(2026, 11, 27)),
        ("Mon", date(2026, 11, 30)),
        ("on thurs", date(2026, 11, 26)),
        ("in 5 days", date(2026, 11, 28)),
        ("5d", date(2026, 11, 28)),
        ("in a week", date(2026, 11, 30)),
        ("2w", date(2026, 12, 7)),
        ("next month", date(2026, 12, 23)),
        ("in 15 months", date(2028, 2, 23)),
        ("none", None),
    ],
)
def test_a_day_is_understood_and_the_name_is_left(typed: str, day: date | None) -> None:
    assert dates.leading(f"{typed}  Sunday  7up", MONDAY) == (day, "Sunday 7up")
    assert dates.leading(typed, MONDAY) == (day, "")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "milk",
        "12/24 milk",
        "31.2. milk",
        "2026-13-01 milk",
        "24.12.1812 milk",
        "sunny oil",
        "mayo",
        "99999w x",
    ],
)
def test_what_is_no_day_is_answered_with_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid, match=r"\.$"):
        dates.leading(typed, MONDAY)


@given(TODAYS, st.dates(date(2000, 1, 1), date(2199, 12, 31)))
def test_a_written_day_is_read_back(today: date, day: date) -> None:
    for typed in (day.isoformat(), f"{day.day}.{day.month}.{day.year}", days.day(day)):
        assert dates.leading(f"{typed} milk", today) == (day, "milk")


@given(TODAYS, st.integers(1, 12), st.integers(1, 28))
def test_a_day_without_a_year_is_the_next_of_its_name(today: date, month: int, day: int) -> None:
    found, _ = dates.leading(f"{day}.{month}. milk", today)
    assert found is not None
    assert (found.month, found.day) == (month, day)
    assert today <= found <= today + timedelta(days=366)


@given(TODAYS, st.text())
def test_nothing_that_is_typed_surprises_the_parser(today: date, typed: str) -> None:
    with suppress(Invalid):
        day, rest = dates.leading(typed, today)
        assert day is None or 2000 <= day.year <= 2200
        assert len(rest) < len(typed)
