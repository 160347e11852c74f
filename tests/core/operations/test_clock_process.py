"""The clock finishes what it is doing before it leaves."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from core.errors import Unavailable
from core.operations.clock_process import Clock
from core.operations.retention import CHORES


class Slow:
    """A database whose first transaction waits for `gate`, and then does what it is told."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.entered, self.gate, self.done = asyncio.Event(), asyncio.Event(), 0
        self.failure = failure

    async def write(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.entered.set()
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        self.done += 1
        return 0

    read = write


async def test_a_tick_under_way_is_finished(caplog: pytest.LogCaptureFixture) -> None:
    tx, stop = Slow(), asyncio.Event()
    running = asyncio.create_task(Clock(tx, tick_s=0.01).run(stop))
    await tx.entered.wait()
    stop.set()
    tx.gate.set()
    await running
    assert tx.done == len(CHORES) + 2, "it looks for what is due, and the tick is counted"
    assert "Traceback" not in caplog.text


async def test_a_database_that_is_away_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    tx, stop = Slow(Unavailable("away")), asyncio.Event()
    tx.gate.set()
    with caplog.at_level(logging.WARNING):
        running = asyncio.create_task(Clock(tx).run(stop))
        await tx.entered.wait()
        stop.set()
        await running
    assert "the database cannot be used" in caplog.text
    assert "Traceback" not in caplog.text
