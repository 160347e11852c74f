"""Keeps other sites out: a page elsewhere must not drive the sandbox through a browser here."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.loopback import is_loopback


class SameOriginOnly:
    """Refuses requests for another host's name (DNS rebinding) and from another origin's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http" and (sentence := _objection(Headers(scope=scope))):
            await JSONResponse({"detail": sentence}, 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _objection(headers: Headers) -> str | None:
    host = headers.get("host", "")
    if not is_loopback(urlsplit(f"//{host}").hostname or ""):
        return "The sandbox answers on this computer only: use http://127.0.0.1."
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        return "The sandbox does not take requests from other sites' pages."
    return None
