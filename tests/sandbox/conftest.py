"""Alice's phone, and bots that talk to the sandbox over HTTP."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from sandbox.client import SandboxClient
from sandbox.settings import DEFAULT_TOKEN
from tests.support.sandboxes import sandbox_at

ALICE, BOB, CHARLIE = 5001, 5002, 5003


@pytest.fixture
async def base_url() -> AsyncIterator[str]:
    """Where a fresh sandbox listens."""
    async with sandbox_at(None) as url:
        yield url


@pytest.fixture
async def sandbox(base_url: str) -> AsyncIterator[SandboxClient]:
    """The control client; Alice, Bob and Charlie have phones and have not written yet."""
    async with SandboxClient(base_url) as client:
        await client.add_person(ALICE, "Alice", "alice")
        await client.add_person(BOB, "Bob", "bobby")
        await client.add_person(CHARLIE, "Charlie", None, "de")
        yield client


class QuickSession(AiohttpSession):
    """aiogram's session without its quarter of a second for closing TLS, which loopback does not use."""

    async def close(self) -> None:
        if self._session is not None and not self._session.closed:
            await self._session.close()


def bot_at(base_url: str, token: str = DEFAULT_TOKEN, seconds: float = 60.0) -> Bot:
    """An aiogram Bot; it gives up after so many seconds."""
    api = TelegramAPIServer.from_base(base_url)
    return Bot(token, session=QuickSession(api=api, timeout=seconds))


@pytest.fixture
async def bot(base_url: str) -> AsyncIterator[Bot]:
    """An aiogram bot of this sandbox."""
    async with bot_at(base_url) as made:
        yield made


@pytest.fixture
async def alice(sandbox: SandboxClient, bot: Bot) -> int:
    """Alice, who has started the bot; that update is acknowledged."""
    await sandbox.write(ALICE, "/start")
    updates = await bot.get_updates()
    await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    return ALICE
