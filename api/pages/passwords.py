"""/forgot-password and /reset-password: a person asks for a link, and sets a new password with it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Response

from api.dependencies import Client, Config, Hashing, SigningKeys, Tx
from api.forgot_password import forget_password
from api.pages.layout import message, new_router, page
from core import emails
from core.accounts import password_reset, passwords
from core.config import Settings
from core.errors import Invalid

ASK, SET = "/forgot-password", "/reset-password"


async def show_forgotten(settings: Config) -> Response:
    return _asking(settings)


async def forget(tx: Tx, settings: Config, client: Client, email: Annotated[str, Form()] = "") -> Response:
    try:
        address = emails.valid(email.strip())
    except Invalid as error:
        return _asking(settings, str(error))
    await forget_password(tx, address, client)
    asked = f"If there is an account with {address}, a link is on its way. It works once, within 30 minutes."
    return message("Check your mail", asked)


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
    return message("Your password was changed", done)


def _asking(settings: Settings, wrong: str = "") -> Response:
    return page("forgot-password.html", can_mail=settings.can_mail, wrong=wrong)


def _setting(token: str, wrong: str = "") -> Response:
    return page(
        "reset-password.html",
        token=token,
        shortest=passwords.SHORTEST,
        longest=passwords.LONGEST,
        wrong=wrong,
    )


def router() -> APIRouter:
    routes = new_router()
    routes.get(ASK)(show_forgotten)
    routes.post(ASK)(forget)
    routes.get(SET)(show_reset)
    routes.post(SET)(reset)
    return routes
