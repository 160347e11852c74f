"""What a server answered, call by call of its OpenAPI document."""

import re
from collections import Counter, defaultdict
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Counting:
    """An application in front of another one: counts its answers by method, path and status."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.answers: Counter[tuple[str, str, int]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answers[scope["method"], scope["path"], message["status"]] += 1
            await send(message)

        await self._app(scope, receive, watch)

    def by_call(self, document: dict[str, Any]) -> dict[str, Counter[int]]:
        """Return how often each documented call, like "GET /health", got which status."""
        # The paths without parameters first: /items/expiring is no /items/{itemId}.
        templates = sorted(document["paths"], key=lambda path: path.count("{"))
        patterns = [(path, re.compile(re.sub(r"\{\w+\}", "[^/]+", path))) for path in templates]
        found: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for (method, path, status), number in self.answers.items():
            for template, pattern in patterns:
                if pattern.fullmatch(path):
                    if method.lower() in document["paths"][template]:
                        found[f"{method} {template}"][status] += number
                    break
        return found
