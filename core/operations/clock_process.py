"""The clock: one tick that does what is due. The only importer of APScheduler."""

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

# What is due runs at most so much later, and as long as it takes.
TICK_S = 30
SWEEP_EVERY = timedelta(minutes=10)
COUNT_EVERY = timedelta(minutes=1)
# So many people are sent what is due for them at once; PostgreSQL has a thread for each of them.
AT_ONCE = 4
# When the database cannot be used so often in a batch, it is not for one person only.
MOST_UNAVAILABLE = 5
# So many chunks of one kind are thrown away in a tick; what is left then goes with the next one.
MOST_CHUNKS = 10


class Clock:
    """Runs what is due at a time that its person picked, and throws away what has expired.

    Several clocks may run: a run has whoever moves its schedule on, and each chore is one statement.
    """

    def __init__(
        self,
        tx: Transactions,
        tick_s: float = TICK_S,
        beat: Beat = silent,
        beat_every: timedelta = heartbeats.EVERY,
    ) -> None:
        self._tx = tx
        self._tick_s = tick_s
        self._beat = beat
        self._beat_every = beat_every
        self._swept_at: datetime | None = None
        self._ticks = 0
        self._counted_at: datetime | None = None

    async def run_once(self, stop: asyncio.Event | None = None) -> int:
        """Do what is due, and return how much that was: things that people are told, and rows thrown away.

        When nothing is due that is one query, except that every ten minutes it throws away what is old. At a
        stop, people whose turn has not come have to wait for the next clock.
        """
        done = await self._run_due(stop or asyncio.Event())
        if _is_time(self._swept_at, SWEEP_EVERY):
            done += await self._sweep()
        self._ticks += 1
        return done

    async def _run_due(self, stop: asyncio.Event) -> int:
        """Go through all that is due, once: what fails is passed over until the next tick."""
        told, batch = 0, await self._tx.read(schedules.due)
        while batch:
            told += await self._run_each(batch, stop)
            if len(batch) < schedules.BATCH or stop.is_set():
                break
            batch = await self._tx.read(schedules.due, batch[-1])
        return told

    async def _run_each(self, batch: Sequence[DueSchedule], stop: asyncio.Event) -> int:
        # In another order than other clocks, which would wait for each other person after person.
        waiting = iter(random.sample(batch, len(batch)))
        unavailable: list[Unavailable] = []

        async def work() -> int:
            told = 0
            for one in waiting:
                if stop.is_set():
                    break
                try:
                    told += await self._tx.write(due_sends.run, one.user_id, one.kind)
                except Unavailable as error:
                    unavailable.append(error)
                    log.warning("The %s of person %s has to wait: %s", one.kind, one.user_id, error)
                    if len(unavailable) >= MOST_UNAVAILABLE:
                        break
                except Exception:
                    log.exception("The %s of person %s failed; it is tried again", one.kind, one.user_id)
                await self._beat()
            return told

        told = sum(await asyncio.gather(*(work() for _ in range(AT_ONCE))))
        if len(unavailable) >= MOST_UNAVAILABLE:
            raise unavailable[-1]
        return told

    async def _sweep(self) -> int:
        """Throw away what is old, and return how much; what is left is for the next tick."""
        begun, thrown_away, finished = clock.utcnow(), 0, True
        for chore in retention.CHORES:
            for _ in range(MOST_CHUNKS):
                removed = await self._tx.write(chore)
                thrown_away += removed
                await self._beat()
                if removed < CHUNK:
                    break
            else:
                finished = False
        self._swept_at = begun if finished else None
        return thrown_away

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until `stop`, and finish a tick that is under way.

        The jobs live in memory: the database says what is due, not a job store.
        """
        scheduler, due = AsyncIOScheduler(timezone="UTC"), _Due()
        scheduler.add_job(due.strike, "interval", seconds=self._tick_s, coalesce=True, max_instances=1)
        scheduler.start()
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                problem = await self._tick(stop)
                # Between two ticks it says that it lives, more often than there are ticks.
                while not await due.wait(stopping, self._beat_every):
                    await self._sign(problem)
        finally:
            stopping.cancel()
            scheduler.pause()
            # The scheduler cancels its jobs, and logs that as an error: one that was begun ends first.
            await asyncio.sleep(0)
            scheduler.shutdown(wait=False)

    async def _tick(self, stop: asyncio.Event) -> str | None:
        """Tick, whatever happens, and return what is wrong, if something is."""
        problem = None
        try:
            await self.run_once(stop)
        except Unavailable:
            log.warning("The clock waits, the database cannot be used; the next tick tries again")
            return None
        except Exception:
            log.exception("A tick of the clock failed; the next one tries again")
            problem = "The clock's last tick failed; its log says why."
        await self._sign(problem)
        return problem

    async def _sign(self, problem: str | None) -> None:
        """Give a sign of life, and now and then write down how often it ticked."""
        await self._beat(problem)
        if self._ticks and _is_time(self._counted_at, COUNT_EVERY):
            with suppress(Unavailable):
                await self._tx.write(counters.add, Counted.CLOCK_TICKS, self._ticks)
                self._ticks, self._counted_at = 0, clock.utcnow()


def _is_time(last: datetime | None, every: timedelta) -> bool:
    # abs: the clock of the machine may be put back.
    return last is None or abs(clock.utcnow() - last) >= every


class _Due:
    """What the job strikes. The tick itself is no job: a scheduler that stops cancels its jobs."""

    def __init__(self) -> None:
        self._time = asyncio.Event()

    async def strike(self) -> None:
        self._time.set()

    async def wait(self, stopping: asyncio.Task[bool], longest: timedelta) -> bool:
        """Return True when it is time, or at a stop, and False after so long."""
        waiting = asyncio.create_task(self._time.wait())
        done, _ = await asyncio.wait(
            {waiting, stopping}, timeout=longest.total_seconds(), return_when=asyncio.FIRST_COMPLETED
        )
        waiting.cancel()
        if done:
            self._time.clear()
        return bool(done)
