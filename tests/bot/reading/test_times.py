"""Times, weekdays and ends of a mute as people type them. It is a Wednesday, 15:00 in Berlin."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import times
from core.errors import Invalid

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
WORDS = re.compile(r"\S+").findall(
    "until for in at on 8 0 8:30 31.2. 99999 pm h m d weeks half a an and - to mon friday every day weekend "
    "tomorrow today tonight noon midnight 2026-12-24 24 dec none 1.5 ٣ İ"
)
TYPED = st.one_of(
    st.text(),
    st.from_regex(r"[0-9]{1,5} ?[a-z]{0,7}", fullmatch=True),
    st.lists(st.sampled_from(WORDS)).map(" ".join),
)


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("8", "08:00"),
        ("8:30", "08:30"),
        ("8.30", "08:30"),
        ("0830", "08:30"),
        ("830", "08:30"),
        ("08:30", "08:30"),
        ("8pm", "20:00"),
        ("8 pm", "20:00"),
        ("8:30 PM", "20:30"),
        ("830pm", "20:30"),
        ("7 a.m.", "07:00"),
        ("12 am", "00:00"),
        ("12pm", "12:00"),
        ("12:15 am", "00:15"),
        ("8h30", "08:30"),
        ("8h", "08:00"),
        ("20 Uhr", "20:00"),
        ("8 o'clock", "08:00"),
        ("at 8", "08:00"),
        ("0", "00:00"),
        ("23:59", "23:59"),
        ("Noon", "12:00"),
        (" midnight ", "00:00"),
    ],
)
def test_a_time_of_day_is_understood(typed: str, time: str) -> None:
    assert times.time_of_day(typed) == time


@pytest.mark.parametrize(
    "typed",
    ["", "25:00", "24:00", "8:75", "13pm", "0 am", "-8", "8:3", "8:30:00", "٨", "soon", "8 8", "9" * 200],
)
def test_another_time_of_day_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(Invalid, match=r"Write for example: 8:00, 20:30, 8 pm, noon or midnight\."):
        times.time_of_day(typed)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("Mon", [1]),
        ("mon wed fri", [1, 3, 5]),
        ("weekdays", [1, 2, 3, 4, 5]),
        ("weekend", [6, 7]),
        ("every day", [1, 2, 3, 4, 5, 6, 7]),
        ("Daily", [1, 2, 3, 4, 5, 6, 7]),
        ("Mo-Fr", [1, 2, 3, 4, 5]),
        ("mon – wed", [1, 2, 3]),
        ("Sat, Sun", [6, 7]),
        ("Sun,Sat", [6, 7]),
        ("mon-fri", [1, 2, 3, 4, 5]),
        ("Friday to Monday", [1, 5, 6, 7]),
        ("mon-wed, sat and sun", [1, 2, 3, 6, 7]),
        ("every Tuesday & Thurs.", [2, 4]),
        ("on Mondays", [1]),
        ("weekdays and Sat", [1, 2, 3, 4, 5, 6]),
        ("tue-tue", [2]),
    ],
)
def test_weekdays_are_understood(typed: str, days: list[int]) -> None:
    assert times.weekdays(typed) == days


@pytest.mark.parametrize(
    "typed",
    ["", "m", "t", "every", "-", "mon-", "-fri", "mon-wed-fri", "montag", "1-5", "never", "mon " * 50],
)
def test_other_weekdays_are_refused_with_examples(typed: str) -> None:
    with pytest.raises(Invalid, match=r"Write for example: every day, weekdays, weekend, Mon-Fri, or Sat"):
        times.weekdays(typed)


@pytest.mark.parametrize(
    ("typed", "lasts"),
    [
        ("8h", timedelta(hours=8)),
        ("8", timedelta(hours=8)),
        ("24", timedelta(hours=24)),
        ("30m", timedelta(minutes=30)),
        ("90 min", timedelta(minutes=90)),
        ("for 30 minutes", timedelta(minutes=30)),
        ("1h30", timedelta(hours=1, minutes=30)),
        ("1h 30m", timedelta(hours=1, minutes=30)),
        ("1 hour and 30 minutes", timedelta(hours=1, minutes=30)),
        ("1.5h", timedelta(hours=1, minutes=30)),
        ("1,5 hours", timedelta(hours=1, minutes=30)),
        ("half an hour", timedelta(minutes=30)),
        ("an hour", timedelta(hours=1)),
        ("2 days", timedelta(days=2)),
        ("1d", timedelta(days=1)),
        ("1 Week", timedelta(weeks=1)),
        ("1m", timedelta(minutes=1)),
        ("30 days", timedelta(days=30)),
    ],
)
def test_a_mute_lasts_so_long(typed: str, lasts: timedelta) -> None:
    assert times.mute_end(typed, NOW, BERLIN) == NOW + lasts


@pytest.mark.parametrize(
    ("typed", "local"),
    [
        ("until 7:30", "26 07:30"),
        ("till 16", "25 16:00"),
        ("until 15:00", "26 15:00"),
        ("8pm", "25 20:00"),
        ("until noon", "26 12:00"),
        ("until midnight", "26 00:00"),
        ("today", "26 00:00"),
        ("tonight", "26 07:00"),
        ("until tonight", "25 18:00"),
        ("until the morning", "26 07:00"),
        ("until tomorrow", "26 07:00"),
        ("tomorrow", "26 07:00"),
        ("until tomorrow morning", "26 07:00"),
        ("until tomorrow 9", "26 09:00"),
        ("until tomorrow at 9", "26 09:00"),
        ("until today 18:00", "25 18:00"),
        ("until Friday", "27 07:00"),
        ("until Friday evening", "27 18:00"),
        ("until Monday 8:00", "30 08:00"),
        ("until 8 pm on Monday", "30 20:00"),
        ("until 9 tomorrow", "26 09:00"),
        ("until 27 Nov", "27 07:00"),
        ("until 2026-11-27 22:15", "27 22:15"),
    ],
)
def test_a_mute_ends_then(typed: str, local: str) -> None:
    assert times.mute_end(typed, NOW, BERLIN) == datetime.fromisoformat(f"2026-11-{local}+01:00")


def test_a_mute_until_the_next_morning_ends_this_morning_for_who_is_up_at_night() -> None:
    two_at_night = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    for typed in ("tonight", "until morning", "until 7"):
        assert times.mute_end(typed, two_at_night, BERLIN) == datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


def test_a_mute_until_a_time_that_the_clocks_leap_over_ends_with_the_leap() -> None:
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert times.mute_end("until 2:30", evening, BERLIN) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write for example: 8h, 30 min, 2 days"),
        ("soon", "Write for example: 8h, 30 min, 2 days"),
        ("until", "Write for example: 8h, 30 min, 2 days"),
        ("until never", "Write for example: 8h, 30 min, 2 days"),
        ("until 25:00", "Write for example: 8h, 30 min, 2 days"),
        ("until Friday soon", "Write for example: 8h, 30 min, 2 days"),
        ("8 bananas", "Write for example: 8h, 30 min, 2 days"),
        ("8h" * 100, "Write for example: 8h, 30 min, 2 days"),
        ("90", r"Minutes or hours\? Write 90m or 90h\."),
        ("0", "less than a minute"),
        ("0 min", "less than a minute"),
        ("until today 8:00", "already past"),
        ("31 days", "more than 30 days"),
        ("99999w 99999w 99999w 99999w", "more than 30 days"),
        ("until 24 Dec 2027", "more than 30 days"),
    ],
)
def test_another_mute_is_refused_and_the_answer_says_what_to_write(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        times.mute_end(typed, NOW, BERLIN)


@given(TYPED)
def test_whatever_is_typed_is_understood_or_refused(typed: str) -> None:
    with suppress(Invalid):
        time = times.time_of_day(typed)
        assert "00:00" <= time <= "23:59"
        assert times.time_of_day(time) == time
    with suppress(Invalid):
        days = times.weekdays(typed)
        assert days
        assert days == sorted(set(days) & set(range(1, 8)))
    with suppress(Invalid):
        end = times.mute_end(typed, NOW, BERLIN)
        assert NOW + timedelta(minutes=1) <= end <= NOW + timedelta(days=30)
