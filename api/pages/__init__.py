"""The pages that mails link to: plain HTML, forms that are posted, no script.

A GET changes nothing, because mail scanners follow links; what does is a button.
"""

from fastapi import FastAPI

from api.pages import invitations, passwords, unsubscribing, verifying
from api.pages.layout import STYLE, style


def add_to(web: FastAPI) -> None:
    """Serve the pages and their style sheet."""
    web.add_route(f"/{STYLE}", style, include_in_schema=False)
    for page in (verifying, passwords, unsubscribing, invitations):
        web.include_router(page.router())
