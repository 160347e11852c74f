"""When something is to be sent, and quiet hours, as people type them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.timetables import QuietSpan, Timetable, quiet_span, timetable
from core.errors import Invalid

EVERY_DAY, WORKING_DAYS = [1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5]
WORDS = re.compile(r"\S+").findall(
    "from 22 7 22-7 8:30 pm am to - until mon fri mon-fri weekdays every day off sun x"
)


@pytest.mark.parametrize(
    ("typed", "time", "weekdays"),
    [
        ("8:30", "08:30", None),
        ("8 pm", "20:00", None),
        ("Mon 18:00", "18:00", [1]),
        ("Sat 10", "10:00", [6]),
        ("10 Sat", "10:00", [6]),
        ("8 pm weekdays", "20:00", WORKING_DAYS),
        ("Mon-Fri 8 pm", "20:00", WORKING_DAYS),
        ("sat, sun at 9", "09:00", [6, 7]),
        ("every day 8", "08:00", EVERY_DAY),
        ("Friday", None, [5]),
    ],
)
def test_a_timetable_is_understood(typed: str, time: str | None, weekdays: list[int] | None) -> None:
    assert timetable(typed) == Timetable(time, weekdays)


@pytest.mark.parametrize(
    ("typed", "start", "end", "weekdays"),
    [
        ("22-7", "22:00", "07:00", None),
        ("22 7", "22:00", "07:00", None),
        ("22:00 – 07:30", "22:00", "07:30", None),
        ("22:00 7:30 weekdays", "22:00", "07:30", WORKING_DAYS),
        ("from 10 pm to 6 am", "22:00", "06:00", None),
        ("8 pm 6 am", "20:00", "06:00", None),
        ("Mon-Fri 22-7", "22:00", "07:00", WORKING_DAYS),
        ("22 to 7 Sun to Thu", "22:00", "07:00", [1, 2, 3, 4, 7]),
        ("midnight to noon", "00:00", "12:00", None),
    ],
)
def test_quiet_hours_are_understood(typed: str, start: str, end: str, weekdays: list[int] | None) -> None:
    assert quiet_span(typed) == QuietSpan(start, end, weekdays)


@pytest.mark.parametrize("typed", ["soon", "25:00", "8:30 soon", "Mon soon", "8 9", "x" * 1000])
def test_what_is_no_timetable_is_answered_with_examples(typed: str) -> None:
    with pytest.raises(Invalid, match="Write for example: /settings daily 8:30"):
        timetable(typed)


@pytest.mark.parametrize("typed", ["22", "Mon-Fri", "22-7-8", "22 to", "off now", "x" * 1000])
def test_what_are_no_quiet_hours_is_answered_with_examples(typed: str) -> None:
    with pytest.raises(Invalid, match="Write for example: /settings quiet 22-7"):
        quiet_span(typed)


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)))
def test_whatever_is_typed_is_understood_or_refused(typed: str) -> None:
    for read in (timetable, quiet_span):
        try:
            read(typed)
        except Invalid:
            continue
