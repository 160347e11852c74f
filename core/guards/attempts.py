"""Counted attempts. Each is counted first, in one statement, so that parallel ones cannot slip through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import finds, table, upsert
from core.models import AttemptCounter

counters = table(AttemptCounter)


@dataclass(frozen=True)
class Throttle:
    """A limit: `free` attempts per window at once, then after 1, 2, 4, 8 ... seconds, up to `longest`."""

    free: int
    window: timedelta
    longest: timedelta

    def delays(self) -> Sequence[timedelta]:
        """Return the delays after the last free attempt, the one after it, and so on."""
        growing, next_one = [], timedelta(seconds=1)
        while next_one < self.longest:
            growing.append(next_one)
            next_one *= 2
        return [*growing, self.longest]


def count(session: Session, key: str, window: timedelta) -> tuple[int, int]:
    """Count an attempt. Return how many there were in this window, and the seconds until it ends."""
    now = clock.utcnow()
    insert = upsert(session, counters).values(key=key, count=1, window_ends_at=now + window)
    over = counters.c.window_ends_at <= now
    statement = insert.on_conflict_do_update(
        index_elements=[counters.c.key],
        set_={
            "count": case((over, 1), else_=counters.c.count + 1),
            "window_ends_at": case((over, now + window), else_=counters.c.window_ends_at),
        },
    ).returning(counters.c.count, counters.c.window_ends_at)
    tries, ends_at = session.execute(statement).one()
    return tries, max(1, int((ends_at - now).total_seconds()))


def take_place(session: Session, key: str, pace: Throttle) -> int:
    """Count an attempt unless it is too early. Return the seconds to wait: 0 when it may be made."""
    now = clock.utcnow()
    insert = upsert(session, counters).values(
        key=key, count=1, window_ends_at=now + pace.window, next_at=_next_at(literal(1), pace, now)
    )
    over = counters.c.window_ends_at <= now
    tries = case((over, 1), else_=counters.c.count + 1)
    statement = insert.on_conflict_do_update(
        index_elements=[counters.c.key],
        set_={
            "count": tries,
            "window_ends_at": case((over, now + pace.window), else_=counters.c.window_ends_at),
            "next_at": _next_at(tries, pace, now),
        },
        where=or_(over, counters.c.next_at.is_(None), counters.c.next_at <= now),
    ).returning(counters.c.count)
    if finds(session, statement):
        return 0
    waiting = select(counters.c.next_at, counters.c.window_ends_at).where(counters.c.key == key)
    until = min(session.execute(waiting).one())
    return max(1, -int((now - until) // timedelta(seconds=1)))


def _next_at(tries: ColumnElement[int], pace: Throttle, now: datetime) -> ColumnElement[datetime | None]:
    """Return when the next attempt after `tries` may be made."""
    kind = counters.c.next_at.type
    delays = pace.delays()
    return case(
        (tries < pace.free, literal(None, kind)),
        *((tries == pace.free + index, literal(now + delay, kind)) for index, delay in enumerate(delays)),
        else_=literal(now + pace.longest, kind),
    )


def give_back(session: Session, key: str) -> None:
    """Uncount an attempt, and drop the delay after it."""
    values = {"count": counters.c.count - 1, "next_at": None}
    session.execute(update(counters).where(counters.c.key == key).values(values))


def forget(session: Session, key: str) -> None:
    """Uncount all attempts."""
    session.execute(delete(counters).where(counters.c.key == key))


def remember(session: Session, key: str, lifetime: timedelta) -> None:
    """Remember a key for a while from now."""
    until = {"window_ends_at": clock.utcnow() + lifetime}
    insert = upsert(session, counters).values(key=key, count=1, **until)
    session.execute(insert.on_conflict_do_update(index_elements=[counters.c.key], set_=until))


def is_remembered(session: Session, key: str) -> bool:
    """Return whether a key is remembered."""
    live = counters.c.window_ends_at > clock.utcnow()
    return finds(session, select(counters.c.key).where(counters.c.key == key, live))
