"""The page with the phones, served from the package."""

from functools import cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from sandbox.errors import ControlError

_TYPES = {
    "page.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "text.js": "text/javascript",
}
_HEADERS = {
    # Whatever a bot sends, only the page's own script runs, and nothing is loaded from elsewhere.
    "content-security-policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


def page_router(bot_username: str) -> APIRouter:
    """The page at `/`, its parts, and the deep links `/<bot_username>?start=...`, which also open it."""
    router = APIRouter(include_in_schema=False)

    async def page() -> Response:
        return _part("page.html")

    async def part(name: str) -> Response:
        if name in _TYPES and name != "page.html":
            return _part(name)
        if name.lower() == bot_username.lower():
            return _part("page.html")
        raise ControlError(404, "There is nothing here: the phones are at /.")

    router.add_api_route("/", page)
    router.add_api_route("/{name}", part)
    return router


def _part(name: str) -> Response:
    return Response(_content(name), media_type=_TYPES[name], headers=_HEADERS)


@cache
def _content(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes()
