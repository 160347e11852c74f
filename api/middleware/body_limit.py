"""The largest body of a request."""

from collections.abc import Mapping
from re import Pattern

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware import HttpMiddleware

MIB = 1024 * 1024
LARGEST_BODY = MIB


class BodyLimit(HttpMiddleware):
    """Answers 413 to a body that is too large, whether its Content-Length says so or not.

    `larger` maps paths that take more than the others to the number of bytes.
    """

    def __init__(self, app: ASGIApp, larger: Mapping[Pattern[str], int]) -> None:
        super().__init__(app)
        self._larger = larger

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        announced = Headers(scope=scope).get("Content-Length", "")
        size = int(announced) if announced.isdecimal() else 0
        most = self._most(scope["path"])

        async def receive_some() -> Message:
            nonlocal size
            if size > most:
                raise _too_large(most)
            message = await receive()
            if not announced:
                size += len(message.get("body", b""))
                if size > most:
                    raise _too_large(most)
            return message

        await self._app(scope, receive_some, send)

    def _most(self, path: str) -> int:
        return next((most for paths, most in self._larger.items() if paths.fullmatch(path)), LARGEST_BODY)


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"The body is larger than {most // MIB} MiB. Send less at a time.")
