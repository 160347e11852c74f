"""What all pages have in common: templates, headers, and a page where there would be an error."""

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
    # There is a token in the address.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
INCOMPLETE = "This link is incomplete. Open it from the mail again, or copy all of it."


def page(template: str, *, wrong: str = "", status: int | None = None, **shown: object) -> Response:
    """Return a page of this folder, filled in. `wrong`: a sentence that says what is, answered with 400."""
    html = _templates().get_template(template).render(wrong=wrong, **shown)
    return HTMLResponse(html, status or (400 if wrong else 200), HEADERS)


def message(title: str, text: str) -> Response:
    """Return a page that says one thing."""
    return page("message.html", title=title, text=text)


def refused(wrong: str, status: int = 400) -> Response:
    """Return a page that only says what is wrong."""
    return page("page.html", title="That did not work", wrong=wrong, status=status)


class PageRoute(APIRoute):
    """Answers an error with a page, for a person in a browser."""

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
