"""The clock: one tick that does what is due. The only importer of APScheduler."""

import asyncio
import logging
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core import (
    attempts,
    clock,
    counters,
    heartbeats,
    idempotency,
    inbound,
    invitations,
    invite_links,
    link_codes,
    mailboxes,
    retention,
    sign_ins,
    streams,
)
from core.counters import Counted
from core.db import Transactions
from core.errors import Unavailable
from core.heartbeats import Beat
from core.pruning import CHUNK

log = logging.getLogger(__name__)

TICK_S = 10
SWEEP_EVERY = timedelta(minutes=10)
# So many chunks of one kind are thrown away in a tick; what is left then goes with the next one.
MOST_CHUNKS = 10
# A notification goes after its deliveries.
CHORES = (
    attempts.prune,
    heartbeats.prune,
    idempotency.prune,
    inbound.prune,
    invitations.prune,
    invite_links.prune,
    link_codes.prune,
    mailboxes.prune,
    mailboxes.skip_unreachable,
    retention.prune_deliveries,
    retention.prune_mail_tokens,
    retention.prune_messages,
    retention.prune_notifications,
    sign_ins.prune,
    streams.prune,
)


class Clock:
    """Throws away what has expired. Any number of clocks may run: each chore is one statement."""

    def __init__(self, tx: Transactions, tick_s: float = TICK_S, beat: Beat = heartbeats.silent) -> None:
        self._tx = tx
        self._tick_s = tick_s
        self._beat = beat
        self._swept_at: datetime | None = None

    async def run_once(self) -> int:
        """Do what is due, and return how many rows were thrown away."""
        thrown_away = await self._sweep() if self._is_time_to_sweep() else 0
        await self._tx.write(counters.add, Counted.CLOCK_TICKS)
        await self._beat()
        return thrown_away

    def _is_time_to_sweep(self) -> bool:
        # abs: the clock of the machine may be put back.
        return self._swept_at is None or abs(clock.utcnow() - self._swept_at) >= SWEEP_EVERY

    async def _sweep(self) -> int:
        """Throw away what is old, and return how much; what is left is for the next tick."""
        begun, thrown_away, finished = clock.utcnow(), 0, True
        for chore in CHORES:
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
                await self._tick()
                await due.wait(stopping)
        finally:
            stopping.cancel()
            scheduler.pause()
            # The scheduler cancels its jobs, and logs that as an error: one that was begun ends first.
            await asyncio.sleep(0)
            scheduler.shutdown(wait=False)

    async def _tick(self) -> None:
        try:
            await self.run_once()
        except Unavailable:
            log.warning("The clock waits, the database cannot be used; the next tick tries again")
        except Exception:
            log.exception("A tick of the clock failed; the next one tries again")
            await self._beat("The clock's last tick failed; its log says why.")


class _Due:
    """What the job strikes. The tick itself is no job: a scheduler that stops cancels its jobs."""

    def __init__(self) -> None:
        self._time = asyncio.Event()

    async def strike(self) -> None:
        self._time.set()

    async def wait(self, stopping: asyncio.Task[bool]) -> None:
        """Return when it is time, or at a stop."""
        waiting = asyncio.create_task(self._time.wait())
        await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        self._time.clear()
