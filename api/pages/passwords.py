"""/forgot-password and /reset-password: a person asks for a link, and sets a new password with it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Response

from api.dependencies import Client, Config, Hashing, SigningKeys, Tx
from api.forgetting import forget_password
from api.pages.layout import field, form, new_router, page, paragraph, problem
from core import emails
from core.accounts import password_reset, passwords
from core.config import Settings
from core.errors import Invalid

ASK, SET = "forgot-password", "reset-password"
FORGOT, NEW = "Forgot your password?", "Set a new password"
NO_MAIL = "This server cannot send mail. Ask the person who runs it for a new password."


async def show_forgotten(settings: Config) -> Response:
    return _asking(settings)


async def forget(tx: Tx, settings: Config, client: Client, email: Annotated[str, Form()] = "") -> Response:
    try:
        address = emails.valid(email.strip())
    except Invalid as error:
        return _asking(settings, str(error))
    await forget_password(tx, address, client)
    asked = f"If there is an account with {address}, a link is on its way. It works once, for 30 minutes."
    return page("Look into your mail", paragraph(asked))


async def show_reset(tx: Tx, keys: SigningKeys, settings: Config, token: str = "") -> Response:
    if not token:
        return _asking(settings)
    try:
        await tx.read(password_reset.check, keys, token)
    except Invalid as error:
        return _asking(settings, str(error))
    return _setting(token)


async def reset(
    tx: Tx,
    keys: SigningKeys,
    settings: Config,
    hashing: Hashing,
    token: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    try:
        token_id = await tx.read(password_reset.check, keys, token)
    except Invalid as error:
        return _asking(settings, str(error))
    try:
        chosen = passwords.acceptable(password)
    except Invalid as error:
        return _setting(token, str(error))
    password_hash = await asyncio.to_thread(hashing.hash, chosen)
    await tx.write(password_reset.reset, token_id, password_hash)
    done = "You were signed out everywhere. Sign in with the new password."
    return page("Your password was changed", paragraph(done))


def _asking(settings: Settings, wrong: str = "") -> Response:
    """Return the page on which one asks for a link; with what went wrong, if something did."""
    problems, status = ([problem(wrong)], 400) if wrong else ([], 200)
    if not settings.can_mail:
        return page(FORGOT, *problems, paragraph(NO_MAIL), status=status)
    email = field("Email", "email", "email", autocomplete="email")
    how = "You get a mail with a link that sets a new one."
    return page(FORGOT, *problems, paragraph(how), form(ASK, "Send me a link", email), status=status)


def _setting(token: str, wrong: str = "") -> Response:
    """Return the page on which one types the new password."""
    problems, status = ([problem(wrong)], 400) if wrong else ([], 200)
    password = field(
        f"New password, at least {passwords.SHORTEST} characters",
        "password",
        "password",
        autocomplete="new-password",
        minlength=str(passwords.SHORTEST),
        maxlength=str(passwords.LONGEST),
    )
    signed_out = paragraph("You will be signed out everywhere.")
    return page(
        NEW, *problems, signed_out, form(SET, "Set this password", password, token=token), status=status
    )


def router() -> APIRouter:
    routes = new_router()
    routes.get(f"/{ASK}")(show_forgotten)
    routes.post(f"/{ASK}")(forget)
    routes.get(f"/{SET}")(show_reset)
    routes.post(f"/{SET}")(reset)
    return routes
