"""The poller: no update is lost, whatever fails."""

import asyncio

import pytest

from bot.poller import AnotherPollerError, Poller
from core.db import Database
from core.errors import Unavailable
from core.wake import Wake
from sandbox.client import SandboxClient
from tests.bot.conftest import Parts
from tests.bot.failing import Failing
from tests.bot.phone import Phone
from tests.bot.waiting import until


async def test_updates_that_cannot_be_stored_are_not_acknowledged(
    parts: Parts, database: Database, alice: Phone, wake: Wake
) -> None:
    await alice.sandbox.write(alice.id, "/start")
    poller = Poller(parts.bot, Failing(database, before=1), wake)
    with pytest.raises(Unavailable):
        await poller.run_once(1)
    assert await poller.run_once(1) == 1
    await parts.worker.run_once()
    assert "Hello" in (await alice.answers())[0]


async def test_two_pollers_are_told_apart_from_everything_else(
    parts: Parts, database: Database, wake: Wake, sandbox: SandboxClient
) -> None:
    running = asyncio.create_task(parts.poller.run(asyncio.Event()))

    async def is_polling() -> bool:
        return any(call.status is None for call in await sandbox.calls("getUpdates"))

    await until(is_polling)
    await Poller(parts.bot, database, wake).run_once(0)
    with pytest.raises(AnotherPollerError, match="Another program is polling this bot"):
        await running


async def test_the_poller_survives_a_bad_minute_and_loses_nothing(
    running: Parts, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.inject("reset_before", method="getUpdates")
    await sandbox.write(alice.id, "/start")
    await alice.hears("Hello")


async def test_stopping_keeps_what_is_not_handled(
    parts: Parts, database: Database, alice: Phone, wake: Wake
) -> None:
    stop = asyncio.Event()
    stop.set()
    await alice.sandbox.write(alice.id, "/start")
    await parts.poller.run(stop)
    await parts.worker.run(stop, wake.listener())
    assert await parts.poller.run_once(1) == 1
    assert await parts.worker.run_once() == 1
