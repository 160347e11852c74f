"""The one source of time. Nothing else in the project asks the system what time it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def utcnow() -> datetime:
    """Return the present moment, aware and in UTC."""
    return _source()


def today(timezone: str) -> date:
    """Return the calendar day that it is now in an IANA zone."""
    return day_of(utcnow(), timezone)


def day_of(moment: datetime, timezone: str) -> date:
    """Return the calendar day of a moment in an IANA zone."""
    return moment.astimezone(ZoneInfo(timezone)).date()


@contextmanager
def reading_from(source: Callable[[], datetime]) -> Iterator[None]:
    """Take the time from `source` for a while, so that hours can pass without waiting for them."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
