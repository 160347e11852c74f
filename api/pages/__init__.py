"""The pages: the home page and those that mails link to. Plain HTML and forms, no scripts.

A GET changes nothing, because mail scanners follow links; changes need a button.
"""

from collections.abc import Sequence
from functools import cache

from starlette.routing import BaseRoute, Route

from api.pages import home, invitations, passwords, unsubscribing, verifying
from api.pages.layout import style


@cache
def routes() -> Sequence[BaseRoute]:
    """Return the routes of the pages and their style sheet, which are the same for every application."""
    sheet = Route("/pages.css", style, include_in_schema=False)
    nouns = (home, verifying, passwords, unsubscribing, invitations)
    return (sheet, *(route for page in nouns for route in page.router().routes))
