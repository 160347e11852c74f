"""The clock: one tick that does what is due. The only importer of APScheduler."""

import asyncio
import logging

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core import attempts, inbound, link_codes, sign_ins
from core.db import Transactions

log = logging.getLogger(__name__)

TICK_S = 30
_CHORES = (attempts.prune, inbound.prune, link_codes.prune, sign_ins.prune)


class Clock:
    """Throws away what has expired. Any number of clocks may run: each chore is one statement."""

    def __init__(self, tx: Transactions) -> None:
        self._tx = tx

    async def run_once(self) -> int:
        """Do what is due, and return how many rows were thrown away."""
        return sum([await self._tx.write(chore) for chore in _CHORES])

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until `stop`. The jobs live in memory: the database says what is due, not a job store."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(self._tick, "interval", seconds=TICK_S, coalesce=True, max_instances=1)
        scheduler.start()
        await self._tick()
        await stop.wait()
        scheduler.shutdown(wait=False)

    async def _tick(self) -> None:
        try:
            await self.run_once()
        except Exception:
            log.exception("A tick of the clock failed; the next one tries again")
