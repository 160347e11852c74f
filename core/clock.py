"""The one source of time: nothing else in the project reads the system clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache, partial
from zoneinfo import ZoneInfo, available_timezones

# Names among the zones that are no places: this machine's setting, and the zone for none set.
OF_NO_PLACE = {"localtime", "Factory"}

_source: Callable[[], datetime] = partial(datetime.now, UTC)


def utcnow() -> datetime:
    """Return the current time, aware and in UTC."""
    return _source()


def today(timezone: str) -> date:
    """Return the current date in an IANA zone."""
    return day_of(utcnow(), timezone)


def day_of(moment: datetime, timezone: str) -> date:
    """Return the date of a moment in an IANA zone."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def is_zone(name: str) -> bool:
    """Return whether a name is an IANA time zone, such as Europe/Berlin."""
    return name in _zones()


def zones_like(name: str) -> list[str]:
    """Return the IANA zones that a person may mean: the one of that name, or all that end with it."""
    wanted = "_".join(name.split()).casefold()
    whole = [zone for zone in _zones() if zone.casefold() == wanted]
    return whole or sorted(zone for zone in _zones() if zone.casefold().rpartition("/")[2] == wanted)


@cache
def _zones() -> set[str]:
    # Reading the time zone database takes 20 ms, too long for a transaction that holds a lock.
    return available_timezones() - OF_NO_PLACE


@contextmanager
def reading_from(source: Callable[[], datetime]) -> Iterator[None]:
    """Take the time from `source` within the block, so that tests can let hours pass."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
