"""The one source of time. Nothing else in the project asks the system what time it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


def _system() -> datetime:
    return datetime.now(UTC)


# Files that lie among the zones: what this machine is set to, and a zone that says that none was set.
OF_NO_PLACE = {"localtime", "Factory"}

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


def is_zone(name: str) -> bool:
    """Say whether a name is an IANA time zone, such as Europe/Berlin."""
    return name in _zones()


def zones_like(name: str) -> list[str]:
    """Return the IANA zones that a person may mean: the one of that name, or all whose last part it is."""
    wanted = "_".join(name.split()).casefold()
    whole = [zone for zone in _zones() if zone.casefold() == wanted]
    return whole or sorted(zone for zone in _zones() if zone.casefold().rpartition("/")[2] == wanted)


@cache
def _zones() -> set[str]:
    # It walks the whole time zone database: 20 ms, which no transaction should hold a lock for.
    return available_timezones() - OF_NO_PLACE


@contextmanager
def reading_from(source: Callable[[], datetime]) -> Iterator[None]:
    """Take the time from `source` for a while, so that hours can pass without waiting for them."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
