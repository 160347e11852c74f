"""Middleware: what surrounds every call."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HttpMiddleware(ABC):
    """Base of middleware that handles HTTP requests; other scopes pass unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handle = self._handle if scope["type"] == "http" else self._app
        await handle(scope, receive, send)

    @abstractmethod
    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None: ...


def noting_start(send: Send, note: Callable[[Message], None]) -> Send:
    """Return a `send` that first calls `note` with the start of the answer: its status and headers."""

    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            note(message)
        await send(message)

    return noting
