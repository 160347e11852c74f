"""Request ids tie an answer, its error and its log lines together."""

import random

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from api.middleware import HttpMiddleware, noting_start
from core import tracing

HEADER = "X-Request-Id"
LONGEST = 128


class RequestIds(HttpMiddleware):
    """Echoes X-Request-Id, or makes a new id when there is none or it is malformed."""

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = Headers(scope=scope).get(HEADER, "")
        trace_id = given if _sane(given) else _new()
        scope.setdefault("state", {})["trace_id"] = trace_id

        def name(start: Message) -> None:
            MutableHeaders(scope=start)[HEADER] = trace_id

        outer = tracing.trace_id.set(trace_id)
        try:
            await self._app(scope, receive, noting_start(send, name))
        finally:
            tracing.trace_id.reset(outer)


def _new() -> str:
    # Reading the system's random bytes releases the GIL, and other threads would run first.
    return f"{random.getrandbits(128):032x}"


def _sane(value: str) -> bool:
    return 0 < len(value) <= LONGEST and all("!" <= character <= "~" for character in value)


def of(scope: Scope) -> str:
    """Return the request's id."""
    found: str = scope["state"]["trace_id"]
    return found
