"""Security headers on every answer."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware import HttpMiddleware, noting_start

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    # Answers are data: nothing in them is to be run or loaded. The docs page sets its own policy.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# One year, in seconds; not sent over plain HTTP (RFC 6797 section 7.2).
STRICT_TRANSPORT = "max-age=31536000"


class SecurityHeaders(HttpMiddleware):
    """Adds the headers that an answer does not set itself, and keeps `private` paths out of caches."""

    def __init__(self, app: ASGIApp, private: str) -> None:
        super().__init__(app)
        self._private = private

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, noting_start(send, lambda start: self._complete(start, scope)))

    def _complete(self, start: Message, scope: Scope) -> None:
        headers = MutableHeaders(scope=start)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if scope["path"].startswith(self._private):
            headers.setdefault("Cache-Control", "no-store")
        if scope["scheme"] == "https":
            headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
