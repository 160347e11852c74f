"""What the parts say about themselves while they run, and how they leave."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from core import clock
from core.config import Settings
from core.db import Database
from core.delivery import claims
from core.errors import ConfigurationError
from core.inventory import stock
from core.operations import heartbeats
from sandbox.client import SandboxClient
from sandbox.settings import DEFAULT_TOKEN
from stockbell.processes import roles
from stockbell.processes.runtime import opened
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import World
from tests.stockbell.processes import Operator, serving
from tests.stories.town import settings_for
from tests.support.sandboxes import sandbox_at


@pytest.fixture
async def sandbox() -> AsyncIterator[str]:
    async with sandbox_at(None) as address:
        yield address


async def problem_of(database: Database, name: str) -> str | None:
    signs = await database.read(heartbeats.read)
    return next((sign.problem for sign in signs if sign.name == name), None)


async def test_a_refused_token_is_the_reason(settings: Settings, sandbox: str, tmp_path: Path) -> None:
    wrong = settings_for(settings.database_url, sandbox, tmp_path)
    wrong = wrong.model_copy(update={"telegram_bot_token": SecretStr("1:wrong")})
    async with opened(wrong, asyncio.Event()) as runtime:
        with pytest.raises(ConfigurationError):
            await roles.bot(runtime)
        problem = await problem_of(runtime.database, "bot.poller")
    assert problem is not None
    assert "Telegram does not accept this token" in problem
    assert "wrong" not in problem


async def test_a_telegram_that_cannot_be_reached_is_the_reason(settings: Settings, tmp_path: Path) -> None:
    lonely = settings_for(settings.database_url, "http://127.0.0.1:1", tmp_path)
    async with opened(lonely, asyncio.Event()) as runtime:
        running = asyncio.create_task(roles.bot(runtime))
        async with asyncio.timeout(60):
            while await problem_of(runtime.database, "bot.poller") is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert "no connection to the Bot API" in str(await problem_of(runtime.database, "bot.poller"))
        runtime.stop.set()
        await running


def use_milk(session: Session, home: World) -> None:
    stock.consume(session, home.in_chat("bob"), home.home, home.milk, 3000)


@pytest.mark.long
async def test_a_send_that_hangs_does_not_hold_up_a_stop(
    operator: Operator, sandbox: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/hanging.db"
    real = {"DATABASE_URL": url, "TELEGRAM_API_BASE": sandbox, "TELEGRAM_BOT_TOKEN": DEFAULT_TOKEN}
    assert (await operator.run(tmp_path, "migrate", **real)).code == 0
    database = Database(url)
    home = await database.write(world.build)
    async with SandboxClient(sandbox) as phones:
        await phones.add_person(world.ALICE.telegram_id, "Alice", "alice")
        await phones.inject("timeout", count=1, method="sendMessage")
        async with serving(tmp_path, "bot", until="bot", **real) as bot:
            await database.write(use_milk, home)
            await phones.wait_for_call(lambda call: call.method == "sendMessage", timeout=60)
            bot.process.terminate()
            await bot.process.communicate()
    # Leaving the block has seen that it ended with 0.
    later = clock.utcnow() + timedelta(seconds=30)
    with clock.reading_from(lambda: later):
        [message] = await database.write(claims.claim, Phones(), timedelta(seconds=20), 10)
    assert "Milk" in message.text
    database.dispose()
