"""One line in the log for each request: what was asked, what came of it, and for whom.

Never the query, a header or a body: tokens and what people own stay out of it.
"""

import logging
import time
from uuid import UUID

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware import addresses, request_ids

log = logging.getLogger("api.requests")
MS = 1000


class RequestLog:
    """Writes the line when the answer has been sent, or was not to be had."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        status, begin = 500, time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            _write(scope, status, round((time.perf_counter() - begin) * MS, 1))


def identify(scope: Scope, user_id: UUID) -> None:
    """Say whose request it is."""
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
    # The path is what somebody sent, perhaps with line breaks in it.
    line = "%s %r %s, %s ms, from %s, user %s, request %s"
    log.info(line, *fields.values(), extra={"fields": fields})
