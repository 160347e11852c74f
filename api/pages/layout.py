"""How the pages look: one frame, and what can stand in it."""

from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from api.validation import problems_of
from core.errors import DomainError, Unavailable

STYLE = "pages.css"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    # There is a token in the address.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
INCOMPLETE = "This link is incomplete. Open it from the mail again, or copy all of it."


def page(title: str, *blocks: str, status: int = 200) -> Response:
    """Return a page of blocks of HTML under a title of plain text."""
    html = _frame().substitute(title=escape(title), style=STYLE, body="\n".join(blocks))
    return HTMLResponse(html, status, HEADERS)


def paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def problem(text: str) -> str:
    """A sentence that says what is wrong, which a screen reader says at once."""
    return f'<p class="problem" role="alert">{escape(text)}</p>'


def steps(*texts: str) -> str:
    return f"<ol>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ol>"


def action(to: str, text: str) -> str:
    """A link that looks like a button."""
    return f'<p><a class="action" href="{escape(to)}">{escape(text)}</a></p>'


def note(text: str, to: str, link: str) -> str:
    """A sentence of less weight that ends with a link."""
    return f'<p class="note">{escape(text)} <a href="{escape(to)}">{escape(link)}</a>.</p>'


def form(to: str, button: str, *fields: str, **hidden: str) -> str:
    """A form that is posted to the page `to`, with a button."""
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    # Relative, so that it does not matter under which path a proxy shows us.
    return (
        f'<form method="post" action="{to}">{kept}{"".join(fields)}<button>{escape(button)}</button></form>'
    )


def field(label: str, name: str, kind: str, **attributes: str) -> str:
    more = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f'<label>{escape(label)} <input name="{name}" type="{kind}" required{more}></label>'


def refused(error: DomainError) -> Response:
    status = 503 if isinstance(error, Unavailable) else 400
    return page("That did not work", problem(str(error)), status=status)


class Page(APIRoute):
    """Answers an error with a page, for a person in a browser."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except DomainError as error:
                return refused(error)
            except RequestValidationError as error:
                [first, *_] = problems_of(error.errors())
                return page("That did not work", problem(first.message), status=400)

        return answer


def new_router() -> APIRouter:
    return APIRouter(route_class=Page, include_in_schema=False, default_response_class=HTMLResponse)


async def style(_request: Request) -> Response:
    headers: Mapping[str, str] = {"Cache-Control": "public, max-age=86400"}
    return Response(_read("page.css"), media_type="text/css", headers=headers)


@cache
def _frame() -> Template:
    return Template(_read("page.html"))


@cache
def _read(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
