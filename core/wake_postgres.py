"""Wake across processes: PostgreSQL's LISTEN and NOTIFY."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import psycopg
from psycopg.rows import TupleRow

from core.db import APPLICATION
from core.wake import POLL_S, Wake

Connection = psycopg.AsyncConnection[TupleRow]

log = logging.getLogger(__name__)

CHANNEL = "stockbell"
# NOTIFY locks the whole database when it commits, so many changes share one.
AT_MOST_EVERY_S = 0.02
RECONNECT_S = 2


class PostgresWake(Wake):
    """A Wake across processes, while `run` runs."""

    def __init__(self, url: str, poll: float = POLL_S) -> None:
        super().__init__(poll)
        self._dsn = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._committed = asyncio.Event()

    def __call__(self) -> None:
        super().__call__()
        self._committed.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Pass on hints in both directions until `stop`, and reconnect when a connection breaks."""
        loops = [asyncio.create_task(self._forever(step)) for step in (self._hear, self._tell)]
        await stop.wait()
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)

    async def _forever(self, step: Callable[[Connection], Awaitable[None]]) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True, application_name=APPLICATION
                ) as connection:
                    await step(connection)
            except Exception as error:
                # Whatever it was: without hints the process would stay slow forever.
                log.warning("PostgreSQL passes no hints on (%s); reconnecting", type(error).__name__)
                await asyncio.sleep(RECONNECT_S)

    async def _hear(self, connection: Connection) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        async for _ in connection.notifies():
            super().__call__()

    async def _tell(self, connection: Connection) -> None:
        while True:
            await self._committed.wait()
            self._committed.clear()
            await connection.execute(f"NOTIFY {CHANNEL}")
            await asyncio.sleep(AT_MOST_EVERY_S)
