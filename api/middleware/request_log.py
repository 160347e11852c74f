"""One log line for each request: method, path, status, time and user.

Never the query, a header or a body, which hold tokens and people's data.
"""

import logging
import time
from uuid import UUID

from starlette.types import Message, Receive, Scope, Send

from api.middleware import HttpMiddleware, addresses, noting_start, request_ids

log = logging.getLogger("api.requests")
MS = 1000


class RequestLog(HttpMiddleware):
    """Writes the line when the answer was sent, or when the request failed."""

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, begin = 500, time.perf_counter()

        def note(start: Message) -> None:
            nonlocal status
            status = start["status"]

        try:
            await self._app(scope, receive, noting_start(send, note))
        finally:
            _write(scope, status, round((time.perf_counter() - begin) * MS, 1))


def identify(scope: Scope, user_id: UUID) -> None:
    """Note for the log whose request it is."""
    scope["state"]["user_id"] = str(user_id)


def _write(scope: Scope, status: int, milliseconds: float) -> None:
    fields = {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "milliseconds": milliseconds,
        "client": addresses.client(scope),
        "userId": scope["state"].get("user_id"),
        "traceId": request_ids.of(scope),
    }
    # %r, because the path comes from outside and may contain line breaks.
    line = "%s %r %s, %s ms, from %s, user %s, request %s"
    log.info(line, *fields.values(), extra={"fields": fields})
