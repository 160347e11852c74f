"""What else can happen to a connection: it hangs up, stays silent or is cut."""

import asyncio
import socket
import struct
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

T = TypeVar("T")


async def hung_up(receive: Receive) -> None:
    """Return when the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def unless_hung_up(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """The work's result; if the client hangs up first, cancel the work and return None."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(hung_up(request.receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


def _transport(receive: Receive) -> Any:
    # Not part of ASGI: uvicorn's receive is a method of the object that holds the transport.
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("Only uvicorn's connections can be cut.")
    return transport


class CutResponse(Response):
    """Resets the connection instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close with a reset: a linger time of zero makes the kernel send RST instead of FIN."""
        transport = _transport(receive)
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        transport.abort()
        await hung_up(receive)


class SilentResponse(CutResponse):
    """Never answers, until the client gives up or, after `seconds` or on `closing`, the connection is cut."""

    def __init__(self, closing: asyncio.Event, seconds: float | None = None) -> None:
        super().__init__()
        self._closing = closing
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the connection in silence."""
        leaving = asyncio.ensure_future(hung_up(receive))
        closing = asyncio.ensure_future(self._closing.wait())
        await asyncio.wait({leaving, closing}, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        if not leaving.done():
            leaving.cancel()
            await super().__call__(scope, receive, send)


class TruncatedResponse(Response):
    """Announces twice as much as it sends, and closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the body and close: unlike after a reset, what was written still arrives."""
        self.headers["content-length"] = str(len(self.body) * 2)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        _transport(receive).close()
        await hung_up(receive)
