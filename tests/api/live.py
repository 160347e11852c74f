"""A live client: the real Socket.IO client, which remembers everything that it is told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import socketio

from tests.support.people import Person

PATIENCE_S = 60.0


@dataclass
class Ear:
    """What a client heard, in order: (event name, its argument)."""

    heard: list[tuple[str, Any]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, name: str, body: Any = None) -> None:
        self.heard.append((name, body))
        self._news.set()

    def all(self, name: str) -> list[Any]:
        return [body for heard, body in self.heard if heard == name]

    def seqs(self, stream: str) -> list[int]:
        """Return the numbers of what was heard of a stream, in the order of arrival."""
        return [
            body["seq"]
            for name, body in self.heard
            if name != "resync" and body and body.get("stream") == stream and "seq" in body
        ]

    async def until(self, enough: Callable[["Ear"], bool]) -> None:
        """Wait until what was heard is enough."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not enough(self):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"waited in vain; heard: {self.heard}") from None

    async def first(self, name: str, number: int = 1) -> Any:
        """Return the first (or the n-th) event of a name, when it has come."""
        await self.until(lambda ear: len(ear.all(name)) >= number)
        return self.all(name)[number - 1]


@contextlib.asynccontextmanager
async def listening(
    person: Person,
    *,
    since: Any = None,
    client: socketio.AsyncClient | None = None,
) -> AsyncIterator[Ear]:
    """Be connected while the block runs, which begins once the server said `connected`."""
    client = client or socketio.AsyncClient(reconnection=False)
    ear = Ear()
    client.on("*", ear.hear)
    auth: dict[str, Any] = {"token": person.token}
    if since is not None:
        auth["since"] = since
    await client.connect(person.base_url, auth=auth, transports=["websocket"], wait_timeout=PATIENCE_S)
    try:
        await ear.first("connected")
        yield ear
    finally:
        await client.disconnect()
