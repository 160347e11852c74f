"""Signs of life: each part of the system records that it does its work, or why it cannot."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.db import Transactions, fetch_all, table, upsert
from core.errors import Unavailable
from core.models import Heartbeat

log = logging.getLogger(__name__)

heartbeats = table(Heartbeat)

EVERY = timedelta(seconds=10)
LONGEST_PROBLEM = 300


class Component(StrEnum):
    """The parts that every deployment has. Others may beat under their own names."""

    WEB = "web"
    POLLER = "bot.poller"
    WORKER = "bot.worker"
    DISPATCHER = "bot.dispatcher"
    CLOCK = "clock"
    MAIL = "email.dispatcher"


@dataclass(frozen=True)
class SignOfLife:
    """When a part last did its work; `problem` says why it could not."""

    name: str
    at: datetime
    problem: str | None


class Heart:
    """Beats for one part: every ten seconds at most, but at once when it fails or recovers. Never raises."""

    def __init__(self, tx: Transactions, name: str) -> None:
        self._tx = tx
        self._name = name
        self._last: datetime | None = None
        self._problem: str | None = None

    async def __call__(self, problem: str | None = None) -> None:
        now = clock.utcnow()
        # abs: a clock that was set back must not silence the part until it has caught up.
        if problem == self._problem and self._last is not None and abs(now - self._last) < EVERY:
            return
        try:
            # Without a database the missing beat says enough.
            with suppress(Unavailable):
                await self._tx.write(beat, self._name, problem)
                self._last, self._problem = now, problem
        except Exception:
            log.exception("The heartbeat of %s could not be stored", self._name)


def beat(session: Session, name: str, problem: str | None = None) -> None:
    """Record that a part just did its work, or why it could not."""
    now = {"at": clock.utcnow(), "problem": problem[:LONGEST_PROBLEM] if problem else None}
    statement = upsert(session, heartbeats).values(name=name, **now)
    session.execute(statement.on_conflict_do_update(index_elements=[heartbeats.c.name], set_=now))


def read(session: Session) -> list[SignOfLife]:
    """Return the last sign of life of each part, by name."""
    query = select(heartbeats.c.name, heartbeats.c.at, heartbeats.c.problem).order_by(heartbeats.c.name)
    return fetch_all(session, query, SignOfLife)
