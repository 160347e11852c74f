"""Days and moments in words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.days import MONTHS
from core.values.items import ItemState


def day(value: date) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, timezone: str) -> str:
    """Return a moment on the clock of a zone."""
    local = value.astimezone(ZoneInfo(timezone))
    return f"{local.day} {MONTHS[local.month - 1]}, {local:%H:%M}"


def distance(days: int) -> str:
    """Return a distance from today in words: in 3 days, tomorrow, 2 days ago."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def expiry(item: ItemState) -> str | None:
    """Return briefly when an item expires or expired, or None."""
    left = item.days_until_expiration
    if left is None:
        return None
    return f"{'expired' if left < 0 else 'expires'} {distance(left)}"


def until(end: datetime | None, timezone: str) -> str:
    """Return " until ..." to follow a sentence, or nothing if there is no end."""
    return f" until {moment(end, timezone)}" if end is not None else ""
