"""The clock: a tick that does what is due. The only importer of APScheduler."""

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core import clock
from core.db import Transactions
from core.errors import Unavailable
from core.operations import counters, due_sends, heartbeats, retention
from core.operations.counters import Counted
from core.preferences import schedules
from core.preferences.schedules import DueSchedule
from core.pruning import CHUNK
from core.wake import Beat, silent

log = logging.getLogger(__name__)

# How late something may start.
TICK_S = 30
SWEEP_EVERY = timedelta(minutes=10)
COUNT_EVERY = timedelta(minutes=1)
# How many people are served at once; PostgreSQL has a thread for each.
AT_ONCE = 4
# After this many failures in a batch the database is down for everybody, not for one person.
MOST_UNAVAILABLE = 5
# How many chunks of one kind a tick deletes; the next tick goes on.
MOST_CHUNKS = 10


class Clock:
    """Sends what is due at the times that people chose, and deletes what is old.

    Several clocks may run: only one can move a schedule on, and each chore is one statement.
    """

    def __init__(
        self,
        tx: Transactions,
        tick_s: float = TICK_S,
        beat: Beat = silent,
        beat_every: timedelta = heartbeats.EVERY,
        sweep_every: timedelta = SWEEP_EVERY,
    ) -> None:
        self._tx = tx
        self._tick_s = tick_s
        self._beat = beat
        self._beat_every = beat_every
        self._sweep_every = sweep_every
        self._swept_at: datetime | None = None
        self._ticks = 0
        self._counted_at: datetime | None = None

    async def run_once(self, stop: asyncio.Event | None = None) -> int:
        """Do what is due, and return how many things were sent and rows deleted.

        When nothing is due, this is one query, except every `sweep_every`, when it deletes what is old. After
        `stop`, people who have not been served yet wait for the next clock.
        """
        done = await self._run_due(stop or asyncio.Event())
        if _is_time(self._swept_at, self._sweep_every):
            done += await self._sweep()
        self._ticks += 1
        return done

    async def _run_due(self, stop: asyncio.Event) -> int:
        """Go once through everything that is due; what fails waits for the next tick."""
        sent, batch = 0, await self._tx.read(schedules.due)
        while batch:
            sent += await self._run_each(batch, stop)
            if len(batch) < schedules.BATCH or stop.is_set():
                break
            batch = await self._tx.read(schedules.due, batch[-1])
        return sent

    async def _run_each(self, batch: Sequence[DueSchedule], stop: asyncio.Event) -> int:
        # In random order, or several clocks would wait for each other at every person.
        waiting = iter(random.sample(batch, len(batch)))
        unavailable: list[Unavailable] = []

        async def work() -> int:
            sent = 0
            for one in waiting:
                if stop.is_set():
                    break
                try:
                    sent += await self._tx.write(due_sends.run, one.user_id, one.kind)
                except Unavailable as error:
                    unavailable.append(error)
                    log.warning("The %s of person %s has to wait: %s", one.kind, one.user_id, error)
                    if len(unavailable) >= MOST_UNAVAILABLE:
                        break
                except Exception:
                    log.exception("The %s of person %s failed; it is tried again", one.kind, one.user_id)
                await self._beat()
            return sent

        sent = sum(await asyncio.gather(*(work() for _ in range(AT_ONCE))))
        if len(unavailable) >= MOST_UNAVAILABLE:
            raise unavailable[-1]
        return sent

    async def _sweep(self) -> int:
        """Delete what is old, and return how many rows; the rest is for the next tick."""
        begun, deleted, finished = clock.utcnow(), 0, True
        for chore in retention.CHORES:
            for _ in range(MOST_CHUNKS):
                chunk = await self._tx.write(chore)
                deleted += chunk
                await self._beat()
                if chunk < CHUNK:
                    break
            else:
                finished = False
        self._swept_at = begun if finished else None
        return deleted

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until `stop`, and finish a tick that is under way. The database says what is due, not jobs."""
        scheduler, due = AsyncIOScheduler(timezone="UTC"), _Due()
        scheduler.add_job(due.strike, "interval", seconds=self._tick_s, coalesce=True, max_instances=1)
        scheduler.start()
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                problem = await self._tick(stop)
                # Signs of life are more frequent than ticks.
                while not await due.wait(stopping, self._beat_every):
                    await self._sign(problem)
        finally:
            stopping.cancel()
            scheduler.pause()
            # Let a running job end: the scheduler would cancel it, and log that as an error.
            await asyncio.sleep(0)
            scheduler.shutdown(wait=False)

    async def _tick(self, stop: asyncio.Event) -> str | None:
        """Tick without ever raising, and return what went wrong, if anything."""
        problem = None
        try:
            await self.run_once(stop)
        except Unavailable:
            log.warning("The clock waits: the database cannot be used; the next tick tries again")
            return None
        except Exception:
            log.exception("A tick of the clock failed; the next one tries again")
            problem = "The clock's last tick failed; its log says why."
        await self._sign(problem)
        return problem

    async def _sign(self, problem: str | None) -> None:
        """Give a sign of life, and record the number of ticks now and then."""
        await self._beat(problem)
        if self._ticks and _is_time(self._counted_at, COUNT_EVERY):
            with suppress(Unavailable):
                await self._tx.write(counters.add, Counted.CLOCK_TICKS, self._ticks)
                self._ticks, self._counted_at = 0, clock.utcnow()


def _is_time(last: datetime | None, every: timedelta) -> bool:
    # abs: the machine's clock may be set back.
    return last is None or abs(clock.utcnow() - last) >= every


class _Due:
    """What the scheduler's job sets. The job is not the tick, because a stopping scheduler cancels it."""

    def __init__(self) -> None:
        self._time = asyncio.Event()

    async def strike(self) -> None:
        self._time.set()

    async def wait(self, stopping: asyncio.Task[bool], longest: timedelta) -> bool:
        """Return True when it is time to tick or stop, and False after `longest`."""
        waiting = asyncio.create_task(self._time.wait())
        done, _ = await asyncio.wait(
            {waiting, stopping}, timeout=longest.total_seconds(), return_when=asyncio.FIRST_COMPLETED
        )
        waiting.cancel()
        if done:
            self._time.clear()
        return bool(done)
