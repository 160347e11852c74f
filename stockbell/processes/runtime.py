"""What all processes have: settings, a database, a wake, and a stop."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

from core.config import Settings
from core.db import Database
from core.wake import Wake
from core.wake_postgres import PostgresWake

T = TypeVar("T")
Work: TypeAlias = Coroutine[Any, Any, T]


@dataclass(frozen=True)
class Runtime:
    settings: Settings
    database: Database
    wake: Wake
    stop: asyncio.Event
    importing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a role imports its modules, so that they do so one after the other, in the order given."""


Role = Callable[[Runtime], Work[None]]


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[asyncio.Event]:
    """Yield an event that SIGTERM and SIGINT set."""
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
    """Open the database while the process runs."""
    postgres = not settings.database_url.startswith("sqlite")
    wake = PostgresWake(settings.database_url) if postgres else Wake()
    database = Database(settings.database_url, on_commit=wake, can_mail=settings.can_mail)
    hints = asyncio.create_task(wake.run(stop)) if isinstance(wake, PostgresWake) else None
    try:
        yield Runtime(settings, database, wake, stop)
    finally:
        stop.set()
        if hints is not None:
            await hints
        await asyncio.to_thread(database.dispose)


async def run(runtime: Runtime, *roles: Role, last: Role | None = None) -> None:
    """Run roles until stopped or until one fails, and let each finish its work.

    `last` starts before the others and stops after them, because they need it.
    """
    await together(
        runtime.stop,
        *(role(runtime) for role in roles),
        last=None if last is None else lambda stop: last(replace(runtime, stop=stop)),
    )


async def together(
    stop: asyncio.Event, *parts: Work[None], last: Callable[[asyncio.Event], Work[None]] | None = None
) -> None:
    """Run the parts until one ends, set `stop`, and wait for the others, without cancelling any.

    `last` starts first and gets its own event, which is set when the parts have ended. Raises the error of
    the first one that failed.
    """
    parts_ended = asyncio.Event()
    lasting = [] if last is None else [asyncio.create_task(last(parts_ended))]
    tasks = [asyncio.create_task(part) for part in parts]
    first: set[asyncio.Task[None]] = set()
    try:
        first, _ = await asyncio.wait([*tasks, *lasting], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        parts_ended.set()
        await asyncio.gather(*lasting, return_exceptions=True)
    for task in [*first, *tasks, *lasting]:
        task.result()


async def unless_stopped(stop: asyncio.Event, work: Work[T]) -> T | None:
    """Return the result of `work`, or cancel it and return None if `stop` comes first."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
