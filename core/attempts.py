"""Counted attempts. A try takes its place first, in one statement, so that parallel tries cannot slip by."""

from datetime import timedelta

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from core import clock, pruning
from core.db import table, upsert
from core.models import AttemptCounter

counters = table(AttemptCounter)


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


def give_back(session: Session, key: str) -> None:
    """Take one try back."""
    session.execute(update(counters).where(counters.c.key == key).values(count=counters.c.count - 1))


def prune(session: Session) -> int:
    """Delete windows that have ended and return how many."""
    return pruning.delete_until(session, counters.c.window_ends_at, clock.utcnow())
