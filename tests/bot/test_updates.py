"""Updates: none is lost, none acts twice, whatever crashes or repeats."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiogram
import pytest
from aiogram import Bot
from aiogram.types import BotCommandScopeAllPrivateChats, Message
from pydantic import SecretStr

from bot.app import create_dispatcher
from bot.client import create_bot
from bot.command_menu import COMMANDS, register_commands
from bot.identity import claim_identity
from bot.poller import AnotherPollerError, Poller
from bot.replies import Reply
from bot.worker import Worker
from core.actors import Actor
from core.config import Settings
from core.db import Database
from core.delivery import chats, inbox
from core.errors import ConfigurationError, Unavailable
from core.telegram import bots, inbound, linking
from core.telegram.inbound import ReceivedUpdate
from core.wake import Wake
from sandbox.client import FaultKind, SandboxClient
from tests.bot.conftest import Parts, home_of, settle_in, share_home
from tests.bot.phone import Phone
from tests.bot.waiting import until


async def answers(phone: Phone) -> list[str]:
    return [message.text for message in await phone.chat() if message.from_bot]


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
    assert len(await answers(alice)) == 2


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
    assert len(await answers(alice)) == 2


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
    assert [text[-9:] for text in (await answers(alice))[1:]] == ["Used 1 l.", "Used 2 l."]


class Failing:
    """A database that fails in the ways that databases do: before a commit, or after it on the way back."""

    def __init__(self, database: Database, *, before: int = 0, after: int = 0) -> None:
        self._database = database
        self._before, self._after = before, after

    async def write(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._before:
            self._before -= 1
            raise Unavailable("The database cannot be reached at the moment. Nothing was changed.")
        result = await self._database.write(function, *args, **kwargs)
        if self._after:
            self._after -= 1
            raise Unavailable("The database cannot be reached at the moment. Nothing was changed.")
        return result

    async def read(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._database.read(function, *args, **kwargs)


async def test_updates_that_cannot_be_stored_are_not_acknowledged(
    parts: Parts, database: Database, alice: Phone, wake: Wake
) -> None:
    await alice.sandbox.write(alice.id, "/start")
    poller = Poller(parts.bot, Failing(database, before=1), wake)
    with pytest.raises(Unavailable):
        await poller.run_once(1)
    assert await poller.run_once(1) == 1
    await parts.worker.run_once()
    assert "Hello" in (await answers(alice))[0]


@pytest.mark.parametrize(
    ("failing", "left", "told"),
    [
        ({"before": 1}, 5, "Nothing was changed"),
        ({"after": 1}, 4, "That went through, but the answer got lost."),
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
    assert told in (await answers(alice))[-1]
    assert len(await answers(alice)) == 2


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
    [apology] = await answers(alice)
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
    assert "Hello" in (await answers(alice))[0]
    assert await database.read(inbound.pending) == []


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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_answer_is_repeated_until_telegram_takes_it(
    running: Parts, sandbox: SandboxClient, alice: Phone, bob: Phone, charlie: Phone
) -> None:
    faults: dict[Phone, FaultKind] = {alice: "5xx", bob: "429", charlie: "html_502"}
    for phone, fault in faults.items():
        await sandbox.inject(fault, method="sendMessage", chat=phone.id)
        await sandbox.write(phone.id, "/start")
    for phone in faults:
        await phone.hears("Hello")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_chat_that_telegram_slows_down_keeps_its_order_and_holds_up_nobody_else(
    running: Parts, sandbox: SandboxClient, alice: Phone, bob: Phone
) -> None:
    await sandbox.inject("429", method="sendMessage", chat=alice.id, retry_after=1)
    for text in ("/start", "/help", "/stock"):
        await sandbox.write(alice.id, text)
    await sandbox.write(bob.id, "/start")
    await bob.hears("Hello")
    assert await answers(alice) == []
    await alice.hears("Here is how to begin")
    assert [text[:9] for text in await answers(alice)] == ["Hello Ali", "What I un", "This chat"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_chat_that_telegram_holds_for_an_hour_keeps_no_place_from_others(
    parts: Parts, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.inject("429", method="sendMessage", chat=alice.id, retry_after=3600)
    for text in ("/start", "/help", "/stock"):
        await sandbox.write(alice.id, text)
    await parts.poller.run_once(1)
    async with asyncio.timeout(15):
        assert await parts.worker.run_once() == 3
    assert len(await sandbox.calls("sendMessage")) == 1
    assert await answers(alice) == []


async def test_what_no_database_likes_is_stored_and_set_aside(
    parts: Parts, database: Database, alice: Phone
) -> None:
    odd = {"update_id": 1, "message": {"text": "\x00\ud800"}}
    await database.write(inbound.store, [ReceivedUpdate(1, alice.id, odd)])
    for _ in range(4):
        await parts.worker.run_once()
    assert await database.read(inbound.pending) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_commands_are_registered_for_private_chats(
    telegram: Bot, sandbox: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    await register_commands(telegram)
    menu = await telegram.get_my_commands(scope=BotCommandScopeAllPrivateChats())
    assert [command.command for command in menu] == list(COMMANDS)
    await sandbox.inject("5xx", method="setMyCommands")
    await register_commands(telegram)
    assert "The command menu could not be registered" in caplog.text


async def test_a_database_learns_which_bot_it_belongs_to(telegram: Bot, database: Database) -> None:
    assert await claim_identity(telegram, database) == "StockbellDemoBot"
    assert await claim_identity(telegram, database) == "StockbellDemoBot"
    assert await database.read(linking.bot_username) == "StockbellDemoBot"


async def test_a_database_of_another_bot_is_refused(telegram: Bot, database: Database) -> None:
    await database.write(bots.claim, 42, "OtherBot")
    with pytest.raises(ConfigurationError, match="belongs to the bot @OtherBot"):
        await claim_identity(telegram, database)
    assert await database.read(linking.bot_username) == "OtherBot"


async def test_a_token_that_telegram_refuses_is_named(bot_settings: Settings, database: Database) -> None:
    wrong = bot_settings.model_copy(update={"telegram_bot_token": SecretStr("42:wrong")})
    async with create_bot(wrong) as stranger:
        with pytest.raises(ConfigurationError, match="Telegram does not accept this token"):
            await claim_identity(stranger, database)


async def test_who_blocks_the_bot_is_left_alone_until_they_come_back(
    running: Parts, database: Database, alice: Phone
) -> None:
    who = await database.write(settle_in, alice)
    await alice.say("/start")
    await alice.sandbox.block(alice.id)

    async def is_suspended() -> bool:
        chat = await database.read(chats.find, alice.id)
        return chat is not None and chat.suspended

    async def is_back() -> bool:
        return not await is_suspended()

    await until(is_suspended)
    page = await database.read(inbox.read, who, 10, 0)
    assert type(page.entries[0].event).__name__ == "ChatSuspended"
    await alice.sandbox.unblock(alice.id)
    await until(is_back)


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
