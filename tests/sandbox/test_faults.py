"""Faults on demand, and flood limits."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from sandbox.client import SandboxClient
from sandbox.errors import BotApiError
from sandbox.faults.flood_limits import FloodLimits
from tests.sandbox.conftest import ALICE, BOB, bot_at
from tests.support.sandboxes import sandbox_at


async def bot_texts(sandbox: SandboxClient, person_id: int) -> list[str]:
    return [message.text for message in await sandbox.transcript(person_id) if message.from_bot]


async def test_429_says_when_to_come_back_and_passes(sandbox: SandboxClient, bot: Bot, alice: int) -> None:
    await sandbox.inject("429", 2, retry_after=7)
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(alice, "x")
        assert caught.value.retry_after == 7
    assert (
        caught.value.message.startswith("Flood control exceeded") or "retry after 7" in caught.value.message
    )
    await bot.send_message(alice, "third time lucky")
    assert await bot_texts(sandbox, alice) == ["third time lucky"]
    assert [call.fault for call in await sandbox.calls("sendMessage")] == ["429", "429", None]


async def test_server_errors_in_json_and_in_a_gateways_html(
    sandbox: SandboxClient, bot: Bot, alice: int
) -> None:
    await sandbox.inject("5xx")
    with pytest.raises(TelegramServerError):
        await bot.send_message(alice, "x")
    await sandbox.inject("html_502")
    with pytest.raises(ClientDecodeError):
        await bot.send_message(alice, "x")
    assert await bot_texts(sandbox, alice) == []


@pytest.mark.parametrize(("kind", "arrives"), [("reset_before", False), ("reset_after", True)])
async def test_a_reset_before_or_after_the_message_was_accepted(
    sandbox: SandboxClient, bot: Bot, alice: int, kind: str, arrives: bool
) -> None:
    await sandbox.inject(kind)  # type: ignore[arg-type]
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(alice, "x")
    assert await bot_texts(sandbox, alice) == (["x"] if arrives else [])


@pytest.mark.parametrize(("kind", "arrives"), [("timeout", False), ("timeout_after", True)])
async def test_a_call_that_is_never_answered(
    sandbox: SandboxClient, base_url: str, alice: int, kind: str, arrives: bool
) -> None:
    await sandbox.inject(kind)  # type: ignore[arg-type]
    async with bot_at(base_url, seconds=0.2) as hasty:
        with pytest.raises(TelegramNetworkError, match="timeout"):
            await hasty.send_message(alice, "x")
        await hasty.send_message(alice, "y")
    assert await bot_texts(sandbox, alice) == (["x", "y"] if arrives else ["y"])


async def test_a_silent_call_does_not_keep_the_server_from_stopping(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        server = contextlib.AsyncExitStack()
        url = await server.enter_async_context(sandbox_at(tmp_path / "sandbox.db"))
        client = await stack.enter_async_context(SandboxClient(url))
        bot = await stack.enter_async_context(bot_at(url))
        await client.inject("timeout")
        silent = asyncio.create_task(bot.get_me())
        await client.wait_for_call(lambda call: call.method == "getMe")
        async with asyncio.timeout(40):
            await server.aclose()
            with pytest.raises(TelegramNetworkError):
                await silent


async def test_a_fault_can_be_for_one_method_and_one_chat(
    sandbox: SandboxClient, bot: Bot, alice: int
) -> None:
    await sandbox.write(BOB, "/start")
    await sandbox.inject("429", method="sendMessage", chat=BOB)
    await bot.get_me()
    await bot.send_message(alice, "fine")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(BOB, "not fine")


async def test_a_fault_for_any_method_spares_the_long_poll(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.inject("5xx")
    assert await bot.get_updates() == []
    with pytest.raises(TelegramServerError):
        await bot.get_me()
    await sandbox.inject("5xx", method="getUpdates")
    with pytest.raises(TelegramServerError):
        await bot.get_updates()
    await sandbox.inject("5xx", 100)
    await sandbox.clear_faults()
    await bot.get_me()


async def test_one_message_a_second_a_chat_after_a_burst_of_three(
    sandbox: SandboxClient, bot: Bot, alice: int
) -> None:
    await sandbox.write(BOB, "/start")
    await sandbox.limits(True)
    for number in range(3):
        sent = await bot.send_message(alice, str(number))
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(alice, "too fast")
    assert caught.value.retry_after == 1
    with pytest.raises(TelegramRetryAfter):
        await bot.edit_message_text("edits count", chat_id=alice, message_id=sent.message_id)
    await bot.send_message(BOB, "another chat")
    await sandbox.limits(False)
    await bot.send_message(alice, "no limits")


def accepted(limits: FloodLimits, chat_id: int, count: int) -> list[int | None]:
    """What so many tries get: None for a message that is taken, or the seconds to wait."""
    waits: list[int | None] = []
    for _ in range(count):
        try:
            limits.spend(chat_id)
        except BotApiError as error:
            waits.append((error.parameters or {})["retry_after"])
        else:
            waits.append(None)
    return waits


def test_twenty_in_any_minute_a_group_however_slowly_they_come() -> None:
    seconds = iter(range(1000))
    limits = FloodLimits(enabled=True, clock=lambda: next(seconds))
    waits = accepted(limits, -1001, 100)
    # One a second until the twentieth; the first leaves the minute after 60 seconds.
    assert waits[:20] == [None] * 20
    assert waits[20:60] == list(range(40, 0, -1))
    assert waits[60:80] == [None] * 20
    assert waits[80:] == list(range(40, 20, -1))


def test_thirty_in_any_second_in_all() -> None:
    ticks = iter(range(1000))
    limits = FloodLimits(enabled=True, clock=lambda: next(ticks) / 128)
    waits = [accepted(limits, chat_id, 1)[0] for chat_id in range(1, 159)]
    assert waits == [None] * 30 + [1] * 98 + [None] * 30


async def test_a_group_is_limited_as_a_chat_too(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.add_group(-1001, "Home", [ALICE])
    await sandbox.limits(True)
    for number in range(3):
        await bot.send_message(-1001, str(number))
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(-1001, "too fast")


async def test_thirty_a_second_in_all(sandbox: SandboxClient, bot: Bot) -> None:
    people = range(6001, 6061)
    for person in people:
        await sandbox.add_person(person, "Somebody")
        await sandbox.write(person, "/start")
    await sandbox.limits(True)
    results = await asyncio.gather(
        *(bot.send_message(person, "hello") for person in people), return_exceptions=True
    )
    refused = [result for result in results if isinstance(result, TelegramRetryAfter)]
    # Thirty at once, and as many as came back while the sixty were on their way.
    assert 1 <= len(refused) <= 30


async def test_limits_can_be_on_from_the_start(tmp_path: Path) -> None:
    async with (
        sandbox_at(tmp_path / "sandbox.db", enforce_limits=True) as url,
        SandboxClient(url) as client,
        bot_at(url) as bot,
    ):
        assert (await client.state())["limits"] is True
        await client.add_person(ALICE, "Alice")
        await client.write(ALICE, "/start")
        for _ in range(3):
            await bot.send_message(ALICE, "x")
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(ALICE, "x")
