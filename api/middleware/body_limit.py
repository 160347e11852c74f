"""How much a request may carry."""

from collections.abc import Mapping
from re import Pattern

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MIB = 1024 * 1024
LARGEST_BODY = MIB


class BodyLimit:
    """Stops reading a body that is too large, whether it says so or not, with 413.

    `larger` are the paths that take more than others, and how many bytes.
    """

    def __init__(self, app: ASGIApp, larger: Mapping[Pattern[str], int]) -> None:
        self._app = app
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
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
