"""What every answer tells a browser not to do with it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    # Answers are data: nothing in them is to be run or loaded. The docs have a policy of their own.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# RFC 6797 section 7.2: not over plain http, which anybody on the way could change. In seconds: a year.
STRICT_TRANSPORT = "max-age=31536000"


class SecurityHeaders:
    """Adds the headers that an answer does not bring by itself; keeps what is personal out of caches."""

    def __init__(self, app: ASGIApp, private: str) -> None:
        self._app = app
        self._private = private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message), scope)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _complete(self, headers: MutableHeaders, scope: Scope) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if scope["path"].startswith(self._private):
            headers.setdefault("Cache-Control", "no-store")
        if scope["scheme"] == "https":
            headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
