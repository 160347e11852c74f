"""/verify-email: a person proves their address."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from api.dependencies import SigningKeys, Tx
from api.pages.layout import INCOMPLETE, form, new_router, page, paragraph, problem
from core.accounts import email_verification

PATH = "verify-email"
TITLE = "Confirm your email address"


async def show_verification(token: str = "") -> Response:
    if not token:
        return page(TITLE, problem(INCOMPLETE), status=400)
    why = "Press the button, so that invitations to this address reach you."
    return page(TITLE, paragraph(why), form(PATH, "Confirm this address", token=token))


async def verify(tx: Tx, keys: SigningKeys, token: Annotated[str, Form()] = "") -> Response:
    await tx.write(email_verification.verify, keys, token)
    done = "You can close this page. Invitations to this address are shown in your account now."
    return page("Your email address is confirmed", paragraph(done))


def router() -> APIRouter:
    routes = new_router()
    routes.get(f"/{PATH}")(show_verification)
    routes.post(f"/{PATH}")(verify)
    return routes
