"""Counters that every process adds to, and whose sum is in the database."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import table, upsert
from core.models import Counter

counters = table(Counter)


class Counted(StrEnum):
    """What is counted: ticks of a clock, and how often Telegram answered 429, asking us to slow down."""

    CLOCK_TICKS = "clock.ticks"
    TOO_MANY_REQUESTS = "telegram.tooManyRequests"


def add(session: Session, what: Counted, times: int = 1) -> None:
    """Count something that happened."""
    statement = upsert(session, counters).values(name=what, value=times)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[counters.c.name], set_={"value": counters.c.value + times}
        )
    )


def read(session: Session) -> dict[Counted, int]:
    """Return how often each thing has happened."""
    found = {row.name: row.value for row in session.execute(select(counters.c.name, counters.c.value))}
    return {what: found.get(what, 0) for what in Counted}
