"""The processes of the Procfile. Each runs until stopped; `stockbell run` puts them all into one.

fastapi takes a second to import and aiogram several, so each role imports its own in a thread, and the rest
of the process keeps responding.
"""

import asyncio
import importlib
import socket
import sqlite3
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError
from core.operations.clock_process import Clock
from core.operations.heartbeats import Component, Heart
from core.smtp_settings import SmtpServer
from sandbox.settings import SandboxSettings
from sandbox.store import Store
from stockbell.processes import servers
from stockbell.processes.runtime import Role, Runtime, together


async def _import(runtime: Runtime, name: str) -> Any:
    """Return a module, or None if stopped before its import."""
    async with runtime.importing:
        if runtime.stop.is_set():
            return None
        return await asyncio.to_thread(importlib.import_module, name)


def web(listener: socket.socket, first: Role | None = None) -> Role:
    """Return the web API with its sockets, on a bound port. It answers once `first` is done."""

    async def serve(runtime: Runtime) -> None:
        api = await _import(runtime, "api.app")
        if api is None:
            return
        if first is not None:
            await first(runtime)
        app = api.create_app(runtime.settings, runtime.database, runtime.wake)
        await servers.serve(app, listener, runtime.stop)

    return serve


async def bot(runtime: Runtime) -> None:
    """Run the bot: updates in, alerts out."""
    telegram = await _import(runtime, "stockbell.processes.telegram")
    if telegram is not None:
        await telegram.run(runtime)


async def clock(runtime: Runtime) -> None:
    """Run what is due at a time, and send mail."""
    server = runtime.settings.smtp
    mailing = [] if server is None else [_mail(runtime, server)]
    ticking = Clock(runtime.database, beat=Heart(runtime.database, Component.CLOCK))
    await together(runtime.stop, ticking.run(runtime.stop), *mailing)


async def _mail(runtime: Runtime, server: SmtpServer) -> None:
    mail = await _import(runtime, "stockbell.processes.mail")
    if mail is not None:
        await mail.run(runtime, server)


def sandbox(listener: socket.socket) -> Role:
    """Return the Telegram sandbox, on a bound port."""

    async def serve(runtime: Runtime) -> None:
        file = runtime.settings.data_dir / "sandbox.db"
        _check_sandbox_file(file)
        app_module = await _import(runtime, "sandbox.app")
        if app_module is None:
            return
        settings = SandboxSettings(database=file, base_url=servers.address(listener))
        app = app_module.create_app(settings)
        await servers.serve(app, listener, runtime.stop, before_stop=lambda: app_module.begin_shutdown(app))

    return serve


def _check_sandbox_file(file: Path) -> None:
    """Raise ConfigurationError if the sandbox's database cannot be opened."""
    try:
        Store(file).close()
    except (sqlite3.Error, OSError) as error:
        raise ConfigurationError(
            f"The sandbox cannot use its file {file} ({error}). Delete it, or set DATA_DIR to another folder."
        ) from error
