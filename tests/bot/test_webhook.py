"""Updates that Telegram brings to the web process, instead of the bot fetching them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest
from aiogram import Bot
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.app import create_app
from bot.app import create_dispatcher
from bot.webhook import Webhook
from bot.worker import Worker
from core.config import WEBHOOK_PATH, Settings
from core.db import Database, table
from core.models import InboundUpdate
from core.telegram import webhook
from core.wake import Wake
from sandbox.client import SandboxClient
from stockbell.processes import servers
from tests.bot.conftest import home_of, share_home
from tests.bot.phone import Phone
from tests.support.serving import serving


@contextlib.asynccontextmanager
async def web(settings: Settings, database: Database, wake: Wake) -> AsyncIterator[tuple[str, Settings]]:
    """Serve the API with a webhook; the block gets its address and the settings that name it."""
    with contextlib.closing(servers.bind("127.0.0.1", 0, "PORT")) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}{WEBHOOK_PATH}"
    configured = settings.model_copy(update={"telegram_webhook_url": url})
    async with serving(create_app(configured, database, wake), port=port):
        yield url, configured


def stored(session: Session) -> int:
    return session.execute(select(func.count()).select_from(table(InboundUpdate))).scalar_one()


async def test_bob_is_answered_although_nobody_fetches_updates(
    telegram: Bot,
    bot_settings: Settings,
    database: Database,
    wake: Wake,
    sandbox: SandboxClient,
    bob: Phone,
) -> None:
    who = await database.write(share_home, bob, {})
    key, stop = bot_settings.signing_key(), asyncio.Event()
    async with web(bot_settings, database, wake) as (url, settings):
        handlers = create_dispatcher(database, key, settings)
        async with asyncio.TaskGroup() as group:
            group.create_task(Webhook(telegram, url, webhook.secret_of(key)).run(stop))
            group.create_task(Worker(telegram, handlers, database).run(stop, wake.listener()))
            assert "New in stock" in (await bob.say("/add 2 l milk")).text
            assert "Used 1 l" in (await bob.say("/use 1 milk")).text
            stop.set()
            wake()
    [milk] = await database.read(home_of, who)
    assert milk.quantity == 1000


@pytest.mark.both_databases
async def test_only_telegram_may_bring_updates_and_each_counts_once(
    bot_settings: Settings, database: Database, wake: Wake
) -> None:
    update = {"update_id": 7, "message": {"chat": {"id": 5, "type": "private"}, "text": "/start"}}
    async with web(bot_settings, database, wake) as (url, settings), httpx.AsyncClient() as http:
        for forged in (None, "", "guess", webhook.secret_of(b"another key"), "caf\u00e9"):
            headers = {} if forged is None else {webhook.HEADER.encode(): forged.encode("latin-1")}
            assert (await http.post(url, json=update, headers=headers)).status_code == 401
        assert await database.read(stored) == 0
        genuine = {webhook.HEADER: webhook.secret_of(settings.signing_key())}
        for _ in range(10):
            answer = await http.post(url, json=update, headers=genuine)
            assert answer.json() == {"ok": True}
        assert await database.read(stored) == 1
        for junk in (
            b"",
            b"{",
            b"[]",
            b"{}",
            b'{"update_id": "7"}',
            b'{"update_id": -1}',
            b'{"update_id": NaN}',
        ):
            assert (await http.post(url, content=junk, headers=genuine)).status_code == 400, junk
        odd = {"update_id": 8, "message": [], "callback_query": {"from": {"id": 2**70}}}
        assert (await http.post(url, json=odd, headers=genuine)).status_code == 200


async def test_without_a_webhook_nobody_may(api: str) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.post(api + WEBHOOK_PATH, json={"update_id": 1})
    assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")
