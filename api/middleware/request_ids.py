"""Request ids: what ties an answer, its error and the log line together."""

import random

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import tracing

HEADER = "X-Request-Id"
LONGEST = 128


class RequestIds:
    """Echoes X-Request-Id, or makes one up when there is none worth repeating."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        trace_id = given if _sane(given) else _new()
        scope.setdefault("state", {})["trace_id"] = trace_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = trace_id
            await send(message)

        outer = tracing.trace_id.set(trace_id)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            tracing.trace_id.reset(outer)


def _new() -> str:
    # Random bytes of the system would let the threads that work for others go first, at each request.
    return f"{random.getrandbits(128):032x}"


def _sane(value: str) -> bool:
    return 0 < len(value) <= LONGEST and all("!" <= character <= "~" for character in value)


def of(scope: Scope) -> str:
    """Return the id of the request that a scope belongs to."""
    found: str = scope["state"]["trace_id"]
    return found
