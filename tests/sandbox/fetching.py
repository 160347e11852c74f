"""Plain HTTP requests, read to the end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession


@dataclass(frozen=True)
class Fetched:
    """An answer."""

    status: int
    content_type: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def fetch(url: str, verb: str = "GET", **options: Any) -> Fetched:
    """Request something."""
    async with ClientSession() as session, session.request(verb, url, **options) as answer:
        return Fetched(answer.status, answer.content_type, answer.headers, await answer.read())
