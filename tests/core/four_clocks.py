"""Clocks in processes that are killed at every step of their work, and a report of what people were told.

    python -m tests.core.four_clocks --url postgresql+psycopg://... [--days 6] [--seed 1]

The time is one that all processes share; it moves on when everything that is due has run. Two people of two
households keep changing stock all the while.
"""

import argparse
import asyncio
import contextlib
import json
import mmap
import os
import random
import signal
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from core import clock, events
from core.db import Database, table
from core.inventory import stock
from core.models import Notification, Schedule, ScheduledRun, ScheduleKind, StockMovement
from core.operations import due_sends
from core.operations.clock_process import Clock
from core.preferences import schedules
from core.settings import preferences
from tests.core import world
from tests.core.world import World
from tests.support.forks import fork, kill

CLOCKS = 4
STEPS = ("before claim", "after claim", "after enter", "before commit", "after commit")
DIGESTS = (ScheduleKind.DAILY_EXPIRY_SUM, ScheduleKind.WEEKLY_INVENTORY_REPORT)
# The clocks of Berlin are put forward on the 29th.
BEGINS = datetime(2026, 3, 25, 12, tzinfo=UTC)
LONGEST_S = 60.0


class RolledBackError(Exception):
    """Ends a rehearsal."""


class SharedTime:
    """A moment that every process sees, and that the first of them sets."""

    def __init__(self, begins: datetime) -> None:
        self._memory = mmap.mmap(-1, 8)
        self.set(begins)

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(struct.unpack("d", self._memory[:8])[0], UTC)

    def set(self, moment: datetime) -> None:
        self._memory[:8] = struct.pack("d", moment.timestamp())


class Death:
    """Kills its own process when one of its threads comes to a step for the nth time."""

    def __init__(self, step: str, times: int) -> None:
        self.step, self.left, self._here = step, times, threading.local()

    def watch(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)
        event.listen(Engine, "commit", lambda _connection: self._at_commit("before commit"))
        event.listen(Session, "after_commit", lambda _session: self._at_commit("after commit"))

    def _before(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE schedules"):
            self._here.runs = True
            self._come_to("before claim")

    def _after(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE schedules"):
            self._come_to("after claim")
        elif statement.startswith("INSERT INTO scheduled_runs"):
            self._come_to("after enter")

    def _at_commit(self, step: str) -> None:
        if getattr(self._here, "runs", False):
            self._come_to(step)
            self._here.runs = step == "before commit"

    def _come_to(self, step: str) -> None:
        if step == self.step:
            self.left -= 1
            if not self.left:
                os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Clocks:
    """Four processes with a clock in each. Whoever is killed is replaced."""

    chance: random.Random
    work: Callable[[Death], None]
    alive: dict[int, str] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    ended: list[int] = field(default_factory=list)

    def replace(self) -> None:
        while self.alive:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            step = self.alive.pop(pid, None)
            if step is not None and os.WIFSIGNALED(status):
                self.killed[step] += 1
            else:
                self.ended.append(pid)
        while len(self.alive) < CLOCKS:
            step = self.chance.choice(STEPS)
            death = Death(step, self.chance.randint(1, 3))
            self.alive[fork(partial(self.work, death))] = step

    def end(self) -> None:
        for pid in self.alive:
            kill(pid)


def tick(database: Database, death: Death) -> None:
    """Tick as often as possible until killed."""
    death.watch()

    async def tick_on() -> None:
        ticking = Clock(database)
        while True:
            await ticking.run_once()
            await asyncio.sleep(0.005)

    asyncio.run(tick_on())


def write(database: Database, homes: list[World], seed: str) -> None:
    """Change stock until killed."""
    chance = random.Random(seed)
    while True:
        home = chance.choice(homes)
        bob = home.on_web("bob")
        database.write_now(stock.restock, bob, home.home, home.milk, 1)
        time.sleep(chance.uniform(0, 0.01))


def settle(session: Session) -> list[World]:
    homes = [world.build(session), world.build_another(session, 1)]
    for home in homes:
        for name in ("alice", "bob"):
            weekly = {ScheduleKind.WEEKLY_INVENTORY_REPORT.value: {"weekdays": [1, 3, 5, 7]}}
            preferences.change(session, home.on_web(name), {"topics": list(DIGESTS)}, times=weekly)
    return homes


def rehearse(session: Session) -> None:
    """Have every statement compiled: that takes longer than most victims live."""
    homes = settle(session)
    user = homes[0].alice
    for later in (timedelta(days=1), timedelta(days=2)):
        with clock.reading_from(lambda later=later: BEGINS + later):  # type: ignore[misc]
            schedules.due(session)
            for kind in DIGESTS:
                due_sends.run(session, user, kind)
            stock.restock(session, homes[0].on_web("bob"), homes[0].home, homes[0].milk, 1)
    raise RolledBackError


def warmed(url: str) -> Database:
    """Return a database that no connection leads to yet, but whose statements are compiled."""
    database = Database(url)
    engine = database.write_now(lambda session: session.get_bind())
    with contextlib.suppress(RolledBackError):
        database.write_now(rehearse)
    assert isinstance(engine, Engine)
    engine.dispose()
    return database


def next_moment(session: Session) -> datetime:
    return session.execute(select(func.min(table(Schedule).c.next_run_at))).scalar_one()  # type: ignore[no-any-return]


def live(url: str, days: int, seed: int) -> dict[str, Any]:
    shared, chance = SharedTime(BEGINS), random.Random(seed)
    with clock.reading_from(shared):
        here, there = Database(url), warmed(url)
        homes = here.write_now(settle)
        writer = fork(partial(write, there, homes, f"{seed}"))
        clocks = Clocks(chance, partial(tick, there))
        until = BEGINS + timedelta(days=days)
        while shared() < until:
            # Some while later than it was due, as ticks are.
            moment = here.write_now(next_moment) + timedelta(seconds=chance.uniform(0, 30))
            shared.set(max(moment, shared()))
            finish(here, clocks)
        clocks.end()
        kill(writer)
        # What was written since the last digest is in the ones to come.
        for _ in range(2):
            shared.set(shared() + timedelta(days=2))
            asyncio.run(Clock(here).run_once())
        found = here.write_now(report, homes, until)
        here.dispose()
        there.dispose()
    return {"killed": dict(clocks.killed), "ended": len(clocks.ended), **found}


def finish(database: Database, clocks: Clocks) -> None:
    """Wait until nothing is due any more."""
    deadline = time.monotonic() + LONGEST_S
    while database.write_now(schedules.due):
        clocks.replace()
        time.sleep(0.002)
        if time.monotonic() > deadline:
            raise TimeoutError("What is due does not get done.")


def report(session: Session, homes: list[World], until: datetime) -> dict[str, Any]:
    """Return what is wrong with what people were told, and how much that was."""
    findings: list[str] = []
    told = 0
    movements = table(StockMovement)
    for home in homes:
        of_milk = select(func.count()).where(movements.c.item_id == home.milk)
        happened = session.execute(of_milk).scalar_one()
        for user_id in (home.alice, home.bob):
            for kind in DIGESTS:
                digests = _digests(session, user_id, kind)
                told += len(digests)
                changes = sum(one.times for digest in digests for one in digest.digest.changes)
                if changes != happened:
                    findings.append(f"{kind} of {user_id} has {changes} changes of {happened}")
                findings += _wrong_days(session, user_id, kind, digests, until)
    return {"findings": findings, "digests": told, "changes": happened}


def _digests(session: Session, user_id: UUID, kind: str) -> list[events.DigestGathered]:
    rows = session.execute(
        select(table(Notification).c.event, table(Notification).c.payload).where(
            table(Notification).c.user_id == user_id, table(Notification).c.topic == kind
        )
    )
    found = [events.load(row.event, row.payload) for row in rows]
    return [one for one in found if isinstance(one, events.DigestGathered)]


def _wrong_days(
    session: Session, user_id: UUID, kind: str, digests: list[events.DigestGathered], until: datetime
) -> list[str]:
    days = Counter(clock.day_of(digest.at, "Europe/Berlin") for digest in digests)
    found = [f"{kind} of {user_id} came {times} times on {day}" for day, times in days.items() if times > 1]
    if kind == ScheduleKind.DAILY_EXPIRY_SUM:
        runs = table(ScheduledRun)
        mine = (runs.c.user_id == user_id, runs.c.kind == kind, runs.c.ran_at <= until)
        entered = session.execute(select(runs.c.local_date).where(*mine).order_by(runs.c.local_date))
        for earlier, later in pairwise(entered.scalars()):
            if later - earlier != timedelta(days=1):
                found.append(f"{kind} of {user_id} ran on {earlier} and then on {later}")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--days", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(json.dumps(live(chosen.url, chosen.days, chosen.seed)))  # noqa: T201
