"""The clock: one tick that does what is due. The only importer of APScheduler."""

import asyncio
import logging

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core import attempts, idempotency, inbound, invite_links, link_codes, mailboxes, sign_ins
from core.db import Transactions
from core.errors import Unavailable

log = logging.getLogger(__name__)

TICK_S = 30
CHORES = (
    attempts.prune,
    idempotency.prune,
    inbound.prune,
    invite_links.prune,
    link_codes.prune,
    mailboxes.prune,
    mailboxes.skip_unreachable,
    sign_ins.prune,
)


class Clock:
    """Throws away what has expired. Any number of clocks may run: each chore is one statement."""

    def __init__(self, tx: Transactions, tick_s: float = TICK_S) -> None:
        self._tx = tx
        self._tick_s = tick_s

    async def run_once(self) -> int:
        """Do what is due, and return how many rows were thrown away."""
        return sum([await self._tx.write(chore) for chore in CHORES])

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
