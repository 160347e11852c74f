"""/verify-email: a person confirms their address."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from api.dependencies import SigningKeys, Tx
from api.pages.layout import INCOMPLETE, message, new_router, page
from core.accounts import email_verification

PATH = "/verify-email"


async def show_verification(token: str = "") -> Response:
    return page("verify-email.html", token=token, wrong="" if token else INCOMPLETE)


async def verify(tx: Tx, keys: SigningKeys, token: Annotated[str, Form()] = "") -> Response:
    await tx.write(email_verification.verify, keys, token)
    done = "You can close this page. Your account now shows invitations to this address."
    return message("Your email address is confirmed", done)


def router() -> APIRouter:
    routes = new_router()
    routes.get(PATH)(show_verification)
    routes.post(PATH)(verify)
    return routes
