"""How much a request may carry."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1024 * 1024


class BodyLimit:
    """Stops reading a body that is too large, whether it says so or not, with 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("Content-Length", "")
        size = int(announced) if announced.isdecimal() else 0

        async def receive_some() -> Message:
            nonlocal size
            if size > LARGEST_BODY:
                raise HTTPException(413)
            message = await receive()
            if not announced:
                size += len(message.get("body", b""))
                if size > LARGEST_BODY:
                    raise HTTPException(413)
            return message

        await self._app(scope, receive_some, send)
