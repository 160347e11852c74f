"""The worker: no update acts twice or holds up others, whatever crashes or repeats."""

import asyncio

import aiogram
import pytest
from aiogram.types import Message

from bot.app import create_dispatcher
from bot.poller import Poller
from bot.replies import Reply
from bot.worker import Worker
from core.actors import Actor
from core.config import Settings
from core.db import Database
from core.telegram import bots, inbound
from core.telegram.inbound import ReceivedUpdate
from core.wake import Wake
from tests.bot.conftest import Parts, home_of, share_home
from tests.bot.failing import Failing
from tests.bot.phone import Phone


async def milk_of(parts: Parts, database: Database, phone: Phone) -> Actor:
    """Give somebody a household with five litres of milk."""
    who = await database.write(share_home, phone, {})
    await phone.sandbox.write(phone.id, "/add 5 l milk")
    await parts.poller.run_once(1)
    await parts.worker.run_once()
    return who


async def litres(database: Database, who: Actor) -> int:
    [milk] = await database.read(home_of, who)
    return milk.quantity // 1000


@pytest.mark.both_databases
async def test_an_update_that_telegram_repeats_ten_times_acts_once(
    parts: Parts, database: Database, alice: Phone, wake: Wake
) -> None:
    who = await milk_of(parts, database, alice)
    await alice.sandbox.write(alice.id, "/use 1 milk")
    for _ in range(10):
        # A new poller knows no offset, so Telegram gives everything that was not acknowledged once more.
        assert await Poller(parts.bot, database, wake).run_once(0) >= 1
        await parts.worker.run_once()
    assert await litres(database, who) == 4
    assert len(await alice.answers()) == 2


@pytest.mark.both_databases
async def test_ten_workers_with_the_same_update_act_once(
    parts: Parts, database: Database, alice: Phone, bot_settings: Settings
) -> None:
    who = await milk_of(parts, database, alice)
    await alice.sandbox.write(alice.id, "/use 1 milk")
    await parts.poller.run_once(1)
    handlers = create_dispatcher(database, bot_settings.signing_key(), bot_settings)
    workers = [Worker(parts.bot, handlers, database) for _ in range(10)]
    await asyncio.gather(*(worker.run_once() for worker in workers))
    assert await litres(database, who) == 4
    assert len(await alice.answers()) == 2


async def test_what_was_stored_before_a_crash_is_handled_after_it(
    parts: Parts, database: Database, alice: Phone, bot_settings: Settings
) -> None:
    who = await milk_of(parts, database, alice)
    for text in ("/use 1 milk", "/use 2 milk"):
        await alice.sandbox.write(alice.id, text)
        assert await parts.poller.run_once(1) == 1
    handlers = create_dispatcher(database, bot_settings.signing_key(), bot_settings)
    assert await Worker(parts.bot, handlers, database).run_once() == 2
    assert await litres(database, who) == 2
    assert [text[-9:] for text in (await alice.answers())[1:]] == ["Used 1 l.", "Used 2 l."]


@pytest.mark.parametrize(
    ("failing", "left", "told"),
    [
        ({"before": 1}, 5, "Nothing was changed"),
        ({"after": 1}, 4, "That went through, but my answer got lost."),
    ],
)
async def test_a_commit_that_failed_is_not_answered_as_done(
    parts: Parts,
    database: Database,
    alice: Phone,
    bot_settings: Settings,
    failing: dict[str, int],
    left: int,
    told: str,
) -> None:
    who = await milk_of(parts, database, alice)
    await alice.sandbox.write(alice.id, "/use 1 milk")
    await parts.poller.run_once(1)
    handlers = create_dispatcher(database, bot_settings.signing_key(), bot_settings)
    worker = Worker(parts.bot, handlers, Failing(database, **failing))
    for _ in range(3):
        await worker.run_once()
    assert await litres(database, who) == left
    assert told in (await alice.answers())[-1]
    assert len(await alice.answers()) == 2


def one_who_fails(database: Database, *, after_writing: bool) -> aiogram.Dispatcher:
    """A dispatcher whose only handler has a bug."""
    dispatcher = aiogram.Dispatcher(disable_fsm=True)

    @dispatcher.message()
    async def handle(message: Message, tx: Database) -> Reply:
        if after_writing:
            await tx.write(bots.claim, 1, "bot")
        raise RuntimeError(f"{message.text} is wrong")

    return dispatcher


@pytest.mark.parametrize(
    ("after_writing", "told"),
    [(False, "nothing was changed"), (True, "after your change was saved")],
)
async def test_a_poison_update_is_set_aside_with_an_apology(
    parts: Parts,
    database: Database,
    alice: Phone,
    caplog: pytest.LogCaptureFixture,
    after_writing: bool,
    told: str,
) -> None:
    await alice.sandbox.write(alice.id, "/link ACDEFGHJ")
    await parts.poller.run_once(1)
    worker = Worker(parts.bot, one_who_fails(database, after_writing=after_writing), database)
    for _ in range(5):
        await worker.run_once()
    [apology] = await alice.answers()
    assert told in apology
    assert "in handle" in caplog.text
    assert "ACDEFGHJ" not in caplog.text


async def test_an_update_that_nobody_can_read_does_not_hold_up_the_others(
    parts: Parts, database: Database, alice: Phone
) -> None:
    poison = [ReceivedUpdate(1, alice.id, {"update_id": 1, "message": {"text": "/start"}})]
    await database.write(inbound.store, poison)
    await alice.sandbox.write(alice.id, "/start")
    await parts.poller.run_once(1)
    for _ in range(4):
        await parts.worker.run_once()
    assert "Hello" in (await alice.answers())[0]
    assert await database.read(inbound.pending) == []


@pytest.mark.both_databases
async def test_what_no_database_likes_is_stored_and_set_aside(
    parts: Parts, database: Database, alice: Phone
) -> None:
    odd = {"update_id": 1, "message": {"text": "\x00\ud800"}}
    await database.write(inbound.store, [ReceivedUpdate(1, alice.id, odd)])
    for _ in range(4):
        await parts.worker.run_once()
    assert await database.read(inbound.pending) == []
