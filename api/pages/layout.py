"""What all pages share: templates, headers, and errors shown as pages."""

from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.validation import problems_of
from core.errors import DomainError, Unavailable

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    # The address contains a token.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
INCOMPLETE = "This link is incomplete. Open it from the mail again, or copy the whole link."


def page(template: str, *, wrong: str = "", status: int | None = None, **shown: object) -> Response:
    """Return a page from a template of this folder. `wrong` says what went wrong; the status is then 400."""
    html = _templates().get_template(template).render(wrong=wrong, **shown)
    return HTMLResponse(html, status or (400 if wrong else 200), HEADERS)


def message(title: str, text: str) -> Response:
    """Return a page with a single message."""
    return page("message.html", title=title, text=text)


def refused(wrong: str, status: int = 400) -> Response:
    """Return a page that only says what is wrong."""
    return page("page.html", title="That did not work", wrong=wrong, status=status)


class PageRoute(APIRoute):
    """Answers errors with a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except DomainError as error:
                return refused(str(error), 503 if isinstance(error, Unavailable) else 400)
            except RequestValidationError as error:
                [first, *_] = problems_of(error.errors())
                return refused(first.message)

        return answer


def new_router() -> APIRouter:
    return APIRouter(route_class=PageRoute, include_in_schema=False, default_response_class=HTMLResponse)


async def style(_request: Request) -> Response:
    headers: Mapping[str, str] = {"Cache-Control": "public, max-age=86400"}
    return Response(_style(), media_type="text/css", headers=headers)


@cache
def _style() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("api.pages", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
