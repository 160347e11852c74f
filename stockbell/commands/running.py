"""Commands that run until stopped: a process of the Procfile, the sandbox, or everything in one process."""

import asyncio
import socket

from pydantic import SecretStr

from core import migrations
from core.config import Settings
from core.errors import ConfigurationError
from core.operations.clock_process import TICK_S
from sandbox.client import SandboxClient
from sandbox.loopback import check_bind
from sandbox.settings import DEFAULT_TOKEN
from stockbell import banner, demo
from stockbell.commands import database
from stockbell.processes import roles, servers
from stockbell.processes.runtime import Role, Runtime, opened, run, stopped_by_signals, unless_stopped

SANDBOX_HOST = "127.0.0.1"


async def run_role(settings: Settings, role: Role, announcement: str) -> None:
    """Run one process of the Procfile, on a database that has this release's tables."""
    database.prepare(settings)
    with stopped_by_signals() as stop:
        await asyncio.to_thread(migrations.require, settings.database_url)
        print(announcement, flush=True)  # noqa: T201
        async with opened(settings, stop) as runtime:
            await run(runtime, role)


async def run_web(settings: Settings) -> None:
    listener = servers.bind(settings.host, settings.port, "PORT")
    await run_role(settings, roles.web(listener), f"The web API is on {servers.address(listener)}")


async def run_bot(settings: Settings) -> None:
    if not settings.has_token:
        raise ConfigurationError("TELEGRAM_BOT_TOKEN is not set: the bot needs one from @BotFather.")
    await run_role(settings, roles.bot, "The bot is starting")


async def run_clock(settings: Settings) -> None:
    await run_role(settings, roles.clock, f"The clock ticks every {TICK_S} seconds")


async def run_sandbox(settings: Settings) -> None:
    _refuse_real_token(settings)
    listener = _bind_sandbox(settings)
    print(f"The Telegram sandbox is on {servers.address(listener)}", flush=True)  # noqa: T201
    database.prepare(settings)
    with stopped_by_signals() as stop:
        async with opened(settings, stop) as runtime:
            await run(runtime, roles.sandbox(listener))


def _refuse_real_token(settings: Settings) -> None:
    token = settings.telegram_bot_token.get_secret_value()
    if settings.production or token not in {"", DEFAULT_TOKEN}:
        raise ConfigurationError(
            "The sandbox replaces Telegram, so it runs neither with a real TELEGRAM_BOT_TOKEN nor in "
            "production. Unset TELEGRAM_BOT_TOKEN to use it."
        )


def _bind_sandbox(settings: Settings) -> socket.socket:
    check_bind(SANDBOX_HOST)
    return servers.bind(SANDBOX_HOST, settings.sandbox_port, "SANDBOX_PORT")


async def run_all(settings: Settings) -> None:
    """Run everything in this process; without a token, with the sandbox and the demo household."""
    if not settings.has_token and not settings.is_demo:
        raise ConfigurationError(
            "DATABASE_URL is set, but TELEGRAM_BOT_TOKEN is not. Set both to use Telegram, or unset "
            "DATABASE_URL for the demo."
        )
    database.prepare(settings)
    listener = servers.bind(settings.host, settings.port, "PORT")
    with stopped_by_signals() as stop:
        await asyncio.to_thread(migrations.upgrade, settings.database_url)
        if settings.has_token:
            print(banner.real_screen(settings, servers.address(listener)), flush=True)  # noqa: T201
            async with opened(settings, stop) as runtime:
                await run(runtime, roles.web(listener), roles.bot, roles.clock)
        else:
            await _run_demo(settings, listener, stop)


async def _run_demo(settings: Settings, listener: socket.socket, stop: asyncio.Event) -> None:
    sandbox_listener = _bind_sandbox(settings)
    # Read now, because a server that stops closes its listener, which then has no address.
    web, telegram = servers.address(listener), servers.address(sandbox_listener)
    token = {"telegram_bot_token": SecretStr(DEFAULT_TOKEN), "telegram_api_base": telegram}

    async with opened(settings.model_copy(update=token), stop) as runtime:
        # Before anybody can connect, on the web or with an earlier phone.
        found = await demo.make(runtime.database, runtime.settings)

        async def welcome(runtime: Runtime) -> None:
            await unless_stopped(stop, _hand_out_phones(runtime))
            if not stop.is_set():
                print(banner.demo_screen(runtime.settings, web, found), flush=True)  # noqa: T201

        everything = roles.web(listener, first=welcome), roles.bot, roles.clock
        await run(runtime, *everything, last=roles.sandbox(sandbox_listener))


async def _hand_out_phones(runtime: Runtime) -> None:
    async with SandboxClient(runtime.settings.telegram_api_base) as phones:
        await demo.hand_out_phones(phones)
