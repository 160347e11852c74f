"""The processes of the Procfile. Each runs until it is stopped; `run` puts them all into one.

fastapi takes a second to import and aiogram several, so each role imports its own in a thread: whatever
else runs in the process keeps answering meanwhile.
"""

import asyncio
import importlib
import socket
from typing import Any

from core.schedule import Clock
from stockbell import servers
from stockbell.runtime import Role, Runtime


async def _import(runtime: Runtime, name: str) -> Any:
    async with runtime.importing:
        return await asyncio.to_thread(importlib.import_module, name)


def web(listener: socket.socket) -> Role:
    """Return the web API with its live sockets, on a port that is taken already."""

    async def serve(runtime: Runtime) -> None:
        api = await _import(runtime, "api.app")
        app = api.create_app(runtime.settings, runtime.database, runtime.wake)
        await servers.serve(app, listener, runtime.stop)

    return serve


async def bot(runtime: Runtime) -> None:
    """The chat: its updates in, its alerts out."""
    telegram = await _import(runtime, "stockbell.telegram")
    await telegram.run(runtime)


async def clock(runtime: Runtime) -> None:
    """What is due at a time, and not because somebody did something."""
    await Clock(runtime.database).run(runtime.stop)


def sandbox(listener: socket.socket) -> Role:
    """Return the Telegram sandbox, on a port that is taken already."""

    async def serve(runtime: Runtime) -> None:
        app_module = await _import(runtime, "sandbox.app")
        settings_module = await _import(runtime, "sandbox.settings")
        settings = settings_module.SandboxSettings(
            database=runtime.settings.data_dir / "sandbox.db", base_url=servers.address(listener)
        )
        app = app_module.create_app(settings)
        await servers.serve(app, listener, runtime.stop, before_stop=lambda: app_module.begin_shutdown(app))

    return serve
