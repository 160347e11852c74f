"""The door to the Bot API: the token stays out of every log line and exception, and a 429 is counted."""

import logging
import traceback
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiohttp import web
from pydantic import SecretStr

from bot.client import create_bot
from bot.poller import Poller
from bot.session import CountRefusals
from core.config import Settings
from core.db import Database
from core.errors import ConfigurationError
from core.operations import counters
from core.operations.counters import Counted
from core.wake import Wake
from sandbox.client import SandboxClient

CANARY = "987654:CANARY-of-the-tests"


async def loop(request: web.Request) -> web.StreamResponse:
    raise web.HTTPTemporaryRedirect(request.path)


async def strange_redirect(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound(f"ftp://nowhere{request.path}")


async def gateway(request: web.Request) -> web.StreamResponse:
    return web.Response(status=502, text=f"<h1>Bad gateway</h1> {request.path}", content_type="text/html")


async def odd_json(request: web.Request) -> web.StreamResponse:
    return web.json_response({"result": request.path})


async def no_text(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"\xff\xfe" + request.path.encode(), content_type="text/plain", charset="utf-8")


async def hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def unauthorized(_request: web.Request) -> web.StreamResponse:
    return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)


@pytest.fixture(params=[loop, strange_redirect, gateway, odd_json, no_text, hang_up, unauthorized])
async def broken_api(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A server that is no Bot API."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", request.param)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


async def test_the_token_is_nowhere(
    broken_api: str, settings: Settings, database: Database, wake: Wake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    values = {"telegram_bot_token": SecretStr(CANARY), "telegram_api_base": broken_api}
    async with create_bot(settings.model_copy(update=values)) as bot:
        with pytest.raises((AiogramError, ConfigurationError)) as caught:
            await Poller(bot, database, wake).run_once(0)
        with pytest.raises((AiogramError, ConfigurationError)) as told:
            await bot.get_me()
    for error in (caught.value, told.value):
        logging.getLogger("bot").error("It failed", exc_info=error)
        assert CANARY not in "".join(traceback.format_exception(error))
    assert CANARY.partition(":")[2] not in caplog.text


async def test_each_429_is_counted(telegram: Bot, sandbox: SandboxClient, database: Database) -> None:
    telegram.session.middleware(CountRefusals(database))
    await sandbox.inject("429", count=2, method="getMe")
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter):
            await telegram.get_me()
    await telegram.get_me()
    assert (await database.read(counters.read))[Counted.TOO_MANY_REQUESTS] == 2
