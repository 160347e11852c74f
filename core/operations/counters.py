"""Counters in the database that all processes add to."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import table, upsert
from core.models import Counter

counters = table(Counter)


class Counted(StrEnum):
    """What is counted: the clock's ticks, and Telegram's requests to slow down (429)."""

    CLOCK_TICKS = "clock.ticks"
    TOO_MANY_REQUESTS = "telegram.tooManyRequests"


def add(session: Session, what: Counted, times: int = 1) -> None:
    """Count something."""
    statement = upsert(session, counters).values(name=what, value=times)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[counters.c.name], set_={"value": counters.c.value + times}
        )
    )


def read(session: Session) -> dict[Counted, int]:
    """Return how often each thing happened."""
    found = {row.name: row.value for row in session.execute(select(counters.c.name, counters.c.value))}
    return {what: found.get(what, 0) for what in Counted}
