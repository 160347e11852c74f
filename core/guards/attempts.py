"""Counted attempts. A try takes its place first, in one statement, so that parallel tries cannot slip by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from core import clock, pruning
from core.db import table, upsert
from core.models import AttemptCounter

counters = table(AttemptCounter)


@dataclass(frozen=True)
class Throttle:
    """How tries may follow each other: `free` of them in a window at once, then after 1, 2, 4, 8 ... seconds.

    `longest` is the longest delay. When the window is over, all is forgotten.
    """

    free: int
    window: timedelta
    longest: timedelta

    def delays(self) -> Sequence[timedelta]:
        """Return how long to wait after the last free try, after the one that follows it, and so on."""
        growing, next_one = [], timedelta(seconds=1)
        while next_one < self.longest:
            growing.append(next_one)
            next_one *= 2
        return [*growing, self.longest]


def count(session: Session, key: str, window: timedelta) -> tuple[int, int]:
    """Count one more try. Return how many there were in this window and the seconds until it ends."""
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
    """Count one more try, unless it comes too early.

    Return the seconds that it has to wait: 0 when it took its place and may be made.
    """
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
    if session.execute(statement).first() is not None:
        return 0
    waiting = select(counters.c.next_at, counters.c.window_ends_at).where(counters.c.key == key)
    until = min(session.execute(waiting).one())
    return max(1, -int((now - until) // timedelta(seconds=1)))


def _next_at(tries: ColumnElement[int], pace: Throttle, now: datetime) -> ColumnElement[datetime | None]:
    """Return when the try may be made that follows so many."""
    kind = counters.c.next_at.type
    delays = pace.delays()
    return case(
        (tries < pace.free, literal(None, kind)),
        *((tries == pace.free + index, literal(now + delay, kind)) for index, delay in enumerate(delays)),
        else_=literal(now + pace.longest, kind),
    )


def give_back(session: Session, key: str) -> None:
    """Take one try back, and the delay that it would have meant."""
    values = {"count": counters.c.count - 1, "next_at": None}
    session.execute(update(counters).where(counters.c.key == key).values(values))


def forget(session: Session, key: str) -> None:
    """Take all tries back."""
    session.execute(delete(counters).where(counters.c.key == key))


def remember(session: Session, key: str, lifetime: timedelta) -> None:
    """Keep a key for a while, counted from now."""
    until = {"window_ends_at": clock.utcnow() + lifetime}
    insert = upsert(session, counters).values(key=key, count=1, **until)
    session.execute(insert.on_conflict_do_update(index_elements=[counters.c.key], set_=until))


def is_remembered(session: Session, key: str) -> bool:
    """Say whether a key is being kept."""
    query = select(counters.c.key).where(counters.c.key == key, counters.c.window_ends_at > clock.utcnow())
    return session.execute(query).first() is not None


def prune(session: Session) -> int:
    """Delete windows that have ended and return how many."""
    return pruning.delete_until(session, counters.c.window_ends_at, clock.utcnow())
