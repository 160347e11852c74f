"""Days as people type them on a phone, relative to their household's today. Pure functions."""

import re
from calendar import isleap, monthrange
from collections.abc import Callable
from datetime import date, timedelta

from core.days import MONTHS, SHORT_WEEKDAYS
from core.errors import Invalid

EXAMPLES = "2026-12-24, 24.12., 24 Dec, tomorrow, Friday, in 5 days, or none"
FIRST_YEAR, LAST_YEAR = 2000, 2199
# No food lasts longer than a hundred years, and dates end with the year 9999.
MOST_AHEAD = {"d": 36500, "w": 5200, "m": 1200}

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:,?\s+(?P<year>\d{4}))?"
_END = r"(?:\s+|$)"
_WEEKDAY = (
    r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|"
    r"sat(?:urday)?|sun(?:day)?)"
)


def leading(text: str, today: date) -> tuple[date | None, str]:
    """Return the day that a text begins with, or None for "none", and the rest of the text.

    A day without a year is the next such day. Raises Invalid with examples.
    """
    plain = " ".join(text.split())
    for pattern, read in _FORMS:
        match = pattern.match(plain)
        if match is not None:
            return read(match, today), plain[match.end() :]
    raise Invalid(f"I do not understand that date. Write one of: {EXAMPLES}.")


def _nothing(_match: re.Match[str], _today: date) -> None:
    return None


def _near(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=1 if match["word"].lower() == "tomorrow" else 0)


def _on_weekday(match: re.Match[str], today: date) -> date:
    wanted = SHORT_WEEKDAYS.index(match["weekday"][:3].capitalize())
    # On a Friday, "Friday" means next week's, because there is a word for today.
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _ahead(match: re.Match[str], today: date) -> date:
    unit = match["unit"][0].lower()
    number = int(match["number"]) if match["number"].isdigit() else 1
    if number > MOST_AHEAD[unit]:
        raise Invalid("That is more than a hundred years ahead. Write a nearer date.")
    if unit == "m":
        return _months_ahead(today, number)
    return today + timedelta(days=number * (7 if unit == "w" else 1))


def _months_ahead(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _numbered(match: re.Match[str], today: date) -> date:
    year = match["year"]
    if year and len(year) == 2:
        year = f"20{year}"
    return _day(year, int(match["month"]), int(match["day"]), today)


def _named(match: re.Match[str], today: date) -> date:
    return _day(match["year"], MONTHS.index(match["month"][:3].capitalize()) + 1, int(match["day"]), today)


def _day(year: str | None, month: int, day: int, today: date) -> date:
    if year is not None:
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise Invalid(f"The year must be between {FIRST_YEAR} and {LAST_YEAR}.")
        return _existing(int(year), month, day)
    if (month, day) == (2, 29):
        leap_days = (date(y, 2, 29) for y in range(today.year, today.year + 9) if isleap(y))
        return next(leap_day for leap_day in leap_days if leap_day >= today)
    this_year = _existing(today.year, month, day)
    return this_year if this_year >= today else _existing(today.year + 1, month, day)


def _existing(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Invalid(
            f"There is no day {day} in month {month} of {year}. Write for example: {EXAMPLES}."
        ) from None


_Reader = Callable[[re.Match[str], date], date | None]


def _form(pattern: str, read: _Reader) -> tuple[re.Pattern[str], _Reader]:
    return re.compile(pattern + _END, re.IGNORECASE | re.ASCII), read


_FORMS = (
    _form(r"(?:none|never|no date)", _nothing),
    _form(r"(?P<word>today|tomorrow)", _near),
    _form(r"(?:in\s+)?(?P<number>\d{1,6}|an?|one|next)\s*(?P<unit>days?|d|weeks?|w|months?|m)", _ahead),
    _form(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", _numbered),
    _form(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.?(?P<year>\d{4}|\d{2})?", _numbered),
    _form(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s*{_MONTH}\.?{_YEAR}", _named),
    _form(rf"{_MONTH}\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}", _named),
    _form(rf"(?:on\s+|next\s+)?{_WEEKDAY}", _on_weekday),
)
