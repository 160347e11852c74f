"""Telegram's requests to slow down are counted, whatever was asked of it."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter

from bot.session import CountRefusals
from core.db import Database
from core.operations import counters
from core.operations.counters import Counted
from sandbox.client import SandboxClient


async def test_each_429_is_counted(telegram: Bot, sandbox: SandboxClient, database: Database) -> None:
    telegram.session.middleware(CountRefusals(database))
    await sandbox.inject("429", count=2, method="getMe")
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter):
            await telegram.get_me()
    await telegram.get_me()
    assert (await database.read(counters.read))[Counted.TOO_MANY_REQUESTS] == 2
