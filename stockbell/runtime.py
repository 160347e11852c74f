"""What every process has: settings, a database, a wake, and a way to be stopped."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from core.config import Settings
from core.db import Database
from core.wake import Wake
from core.wake_postgres import PostgresWake


@dataclass(frozen=True)
class Runtime:
    settings: Settings
    database: Database
    wake: Wake
    stop: asyncio.Event


Role = Callable[[Runtime], Coroutine[Any, Any, None]]


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Runtime]:
    """Open the database for as long as the process runs."""
    stop = asyncio.Event()
    postgres = not settings.database_url.startswith("sqlite")
    wake = PostgresWake(settings.database_url) if postgres else Wake()
    database = Database(settings.database_url, on_commit=wake)
    hints = asyncio.create_task(wake.run(stop)) if isinstance(wake, PostgresWake) else None
    try:
        yield Runtime(settings, database, wake, stop)
    finally:
        stop.set()
        if hints is not None:
            await hints
        await asyncio.to_thread(database.dispose)


async def run(runtime: Runtime, *roles: Role) -> None:
    """Run roles until SIGTERM, SIGINT, or until one fails; then let each finish what it is doing."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, runtime.stop.set)
    tasks = [asyncio.create_task(role(runtime)) for role in roles]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        runtime.stop.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
    for result in results:
        if isinstance(result, BaseException):
            raise result
