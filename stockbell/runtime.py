"""What every process has: settings, a database, a wake, and a way to be stopped."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
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
    importing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Roles import what they need one after the other: the first one given is there first."""


Role = Callable[[Runtime], Coroutine[Any, Any, None]]


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[asyncio.Event]:
    """Give an event that SIGTERM and SIGINT set, from the first moment on."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


@contextlib.asynccontextmanager
async def opened(settings: Settings, stop: asyncio.Event) -> AsyncIterator[Runtime]:
    """Open the database for as long as the process runs."""
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


async def run(runtime: Runtime, *roles: Role, last: Role | None = None) -> None:
    """Run roles until they are stopped or one fails; then let each finish what it is doing.

    `last` stops after the others, which still need it while they stop.
    """
    others_ended = asyncio.Event()
    tasks = [asyncio.create_task(role(runtime)) for role in roles]
    if last is not None:
        tasks.append(asyncio.create_task(last(replace(runtime, stop=others_ended))))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        runtime.stop.set()
        results = await asyncio.gather(*tasks[: len(roles)], return_exceptions=True)
        others_ended.set()
        results += await asyncio.gather(*tasks[len(roles) :], return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
