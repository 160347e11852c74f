"""Everything running together, as `stockbell run` does it, on free ports, with real wires in between."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import socketio
from pydantic import SecretStr

from core.config import Environment, Settings
from sandbox.client import SandboxClient
from sandbox.settings import DEFAULT_TOKEN
from stockbell.processes import roles, servers
from stockbell.processes.runtime import opened
from tests.support.people import Person


def settings_for(database_url: str, sandbox: str, folder: Path) -> Settings:
    """Return settings that no environment variable and no .env of the developer reaches."""
    return Settings(
        _env_file=None,
        environment=Environment.DEVELOPMENT,
        data_dir=folder,
        database_url=database_url,
        password_memory_mib=1,
        jwt_secret=SecretStr("a secret of the stories, 32 bytes or more"),
        smtp_url=SecretStr(""),
        mail_from="",
        telegram_bot_token=SecretStr(DEFAULT_TOKEN),
        telegram_api_base=sandbox,
        cors_origins=[],
        default_timezone="Europe/Berlin",
    )


@contextlib.asynccontextmanager
async def stockbell(settings: Settings) -> AsyncIterator[str]:
    """Run the web API, the bot and the clock in this loop; the block gets the API's address."""
    listener = servers.bind("127.0.0.1", 0, "PORT")
    async with opened(settings, asyncio.Event()) as runtime:
        tasks = [asyncio.create_task(role(runtime)) for role in (roles.web(listener), roles.bot, roles.clock)]
        try:
            yield servers.address(listener)
        finally:
            runtime.stop.set()
            await asyncio.gather(*tasks)


@dataclass
class Town:
    """The running system, and the phones of its people."""

    api: str
    phones: SandboxClient
    settings: Settings


@dataclass
class Screen:
    """A web client's socket that keeps the events that it was given, in order."""

    client: socketio.AsyncClient
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def keep(self, name: str, data: dict[str, Any]) -> None:
        self.events.append((name, data))
        self._arrived.set()

    async def wait_for(self, name: str) -> dict[str, Any]:
        """Return the first event of that name, once it is there."""
        async with asyncio.timeout(60):
            while True:
                self._arrived.clear()
                for seen, data in self.events:
                    if seen == name:
                        return data
                await self._arrived.wait()


@contextlib.asynccontextmanager
async def screen_of(person: Person) -> AsyncIterator[Screen]:
    """Connect a Socket.IO client with a person's token."""
    client = socketio.AsyncClient(reconnection=False)
    screen = Screen(client)
    client.on("*", lambda name, data=None: screen.keep(name, data))
    await client.connect(person.base_url, auth={"token": person.token}, transports=["websocket"])
    await screen.wait_for("connected")
    try:
        yield screen
    finally:
        await client.disconnect()
