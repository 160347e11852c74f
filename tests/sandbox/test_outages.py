"""Telegram is down, and up again."""

import asyncio
import time

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError

from sandbox.client import OutageKind, SandboxClient
from tests.sandbox.conftest import ALICE


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("html_502", ClientDecodeError),
        ("html_504", ClientDecodeError),
        ("5xx", TelegramServerError),
        ("reset_before", TelegramNetworkError),
    ],
)
async def test_while_telegram_is_down_every_call_is_refused_and_counted(
    sandbox: SandboxClient, bot: Bot, alice: int, kind: OutageKind, error: type[Exception]
) -> None:
    before = time.time()
    await sandbox.begin_outage(kind)
    for call in (bot.get_me(), bot.get_updates(), bot.send_message(alice, "lost")):
        with pytest.raises(error):
            await call
    calls = await sandbox.end_outage()
    assert [(call.method, call.chat_id) for call in calls] == [
        ("getMe", None),
        ("getUpdates", None),
        ("sendMessage", alice),
    ]
    assert before <= calls[0].at <= calls[1].at <= calls[2].at <= time.time()
    await bot.send_message(alice, "up again")
    assert [one.text for one in await sandbox.acceptances()] == ["up again"]
    assert await sandbox.outage_calls() == calls


async def test_a_long_poll_from_before_hears_nothing_during_the_outage(
    sandbox: SandboxClient, bot: Bot
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await sandbox.wait_for_call(lambda call: call.method == "getUpdates")
    await sandbox.begin_outage()
    assert await asyncio.wait_for(poll, 40) == []
    await sandbox.write(ALICE, "waits")
    await sandbox.end_outage()
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "waits"


async def test_an_outage_comes_before_other_faults_and_uses_none_of_them_up(
    sandbox: SandboxClient, bot: Bot, alice: int
) -> None:
    await sandbox.inject("reset_before")
    await sandbox.plan(1, {"401": 1.0})
    await sandbox.begin_outage("5xx")
    with pytest.raises(TelegramServerError):
        await bot.send_message(alice, "x")
    await sandbox.end_outage()
    assert await sandbox.happened() == {"401": 0}
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(alice, "x")
