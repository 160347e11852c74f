"""A live client that polls, written from the protocol: it decides itself when to ask for more.

https://socket.io/docs/v4/engine-io-protocol/ and https://socket.io/docs/v4/socket-io-protocol/
"""

import json
from typing import Any, Self

import httpx

from tests.support.people import Person

SEPARATOR = "\x1e"


class PollingClient:
    """Speaks Engine.IO 4 and Socket.IO 5 over plain HTTP requests."""

    def __init__(self, http: httpx.AsyncClient, session_id: str) -> None:
        self._http = http
        self._session_id = session_id

    @classmethod
    async def connect(cls, http: httpx.AsyncClient, person: Person) -> Self:
        """Open a session and send the token; what the server says to it waits to be polled."""
        opened = await http.get("/socket.io/", params={"EIO": "4", "transport": "polling"})
        client = cls(http, json.loads(opened.text[1:])["sid"])
        await client.say("40" + json.dumps({"token": person.token}))
        return client

    @property
    def _query(self) -> dict[str, str]:
        return {"EIO": "4", "transport": "polling", "sid": self._session_id}

    async def say(self, packet: str) -> None:
        answer = await self._http.post("/socket.io/", params=self._query, content=packet)
        assert answer.text == "OK"

    async def poll(self) -> httpx.Response:
        """Ask once; the server answers as soon as it has something to say."""
        return await self._http.get("/socket.io/", params=self._query)

    async def events(self) -> list[tuple[str, Any]]:
        """Ask once and return the events among the packets, as (name, argument)."""
        packets = (await self.poll()).text.split(SEPARATOR)
        return [tuple(json.loads(packet[2:])) for packet in packets if packet.startswith("42")]

    async def goodbye(self) -> None:
        await self.say("1")
