"""Readiness: whether every part runs, the database works, and messages are sent in time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from core import clock
from core.config import Settings
from core.delivery import backlog
from core.operations import heartbeats
from core.operations.heartbeats import Component, SignOfLife

# Three missed beats.
LATE = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=5)


class Status(StrEnum):
    """ok: it works. problem: it reports one. silent: no sign of life for too long.

    not_seen: it never ran here, or not in the last day. late: something has waited for too long.
    """

    OK = "ok"
    PROBLEM = "problem"
    SILENT = "silent"
    NOT_SEEN = "not_seen"
    LATE = "late"


@dataclass(frozen=True)
class Check:
    """The result of one check. `age` is since the last sign of life, or that of the oldest message."""

    name: str
    status: Status
    age: timedelta | None = None
    problem: str | None = None


def expected(settings: Settings) -> list[str]:
    """Return the parts of the Procfile that these settings need: the bot a token, mail a mail server."""
    bot = [Component.POLLER, Component.WORKER, Component.DISPATCHER] if settings.has_token else []
    mail = [Component.MAIL] if settings.can_mail else []
    return [Component.WEB, *bot, Component.CLOCK, *mail]


def examine(session: Session, parts: Collection[str]) -> list[Check]:
    """Check everything, including unexpected parts as long as they give signs of life."""
    now = clock.utcnow()
    signs = {sign.name: sign for sign in heartbeats.read(session)}
    more = [name for name, sign in signs.items() if name not in parts and now - sign.at <= LATE]
    return [
        Check("database", Status.OK),
        *(_part(name, signs.get(name), now) for name in (*parts, *more)),
        _deliveries(session),
    ]


def database_down(problem: str) -> list[Check]:
    """Return the result when the database cannot be read."""
    return [Check("database", Status.PROBLEM, problem=problem)]


def _part(name: str, sign: SignOfLife | None, now: datetime) -> Check:
    if sign is None:
        return Check(name, Status.NOT_SEEN, problem=f"{name} never ran on this database: start it.")
    age = max(now - sign.at, timedelta())
    if sign.problem is not None:
        return Check(name, Status.PROBLEM, age, sign.problem)
    if age > LATE:
        problem = (
            f"{name} gave no sign of life for {int(age.total_seconds())} s. It was stopped, hangs, or cannot "
            "write to the database; its log says more."
        )
        return Check(name, Status.SILENT, age, problem)
    return Check(name, Status.OK, age)


def _deliveries(session: Session) -> Check:
    oldest = max(backlog.oldest_due(session).values(), default=None)
    if oldest is None or oldest <= LONGEST_WAIT:
        return Check("deliveries", Status.OK, oldest)
    minutes = int(oldest.total_seconds() // 60)
    problem = f"A message has been waiting to be sent for {minutes} min. Look at the log of the bot."
    return Check("deliveries", Status.LATE, oldest, problem)
