"""Dates as clients and files write them, and the names of weekdays and months."""

import re
from datetime import date

from core.errors import Invalid

FIRST_YEAR = 1900
# Not strftime: its names depend on the machine's locale.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT_WEEKDAYS = tuple(name[:3] for name in WEEKDAYS)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse(text: str, field: str) -> date:
    """Return the date that a text such as 2026-03-31 (ISO 8601) names. Raises Invalid."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{field} must be a date such as 2026-03-31.", field) from None
    if day.year < FIRST_YEAR:
        raise Invalid(f"{field} must not be before {FIRST_YEAR}.", field)
    return day
