"""Mailed links: to set a new password and to confirm an email address."""

import asyncio

from fastapi import APIRouter

from api.dependencies import Caller, Client, Hashing, SigningKeys, Tx
from api.forgot_password import forget_password
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.auth import DoneOut, ForgotPasswordBody, ResetPasswordBody, VerifyEmailBody
from core.accounts import email_verification, password_reset
from core.accounts.throttling import TooEarly

ASKED = "If there is an account with this email, a link that sets a new password is on its way to it."
RESET = "Your password was changed. Sign in with the new one."
VERIFIED = "Your email address is confirmed."
MAILED = "A link is on its way to your email address."
PROVEN = "Your email address is confirmed already."


async def forgot_password(body: ForgotPasswordBody, tx: Tx, client: Client) -> DoneOut:
    """Mail a link to set a new password, good for 30 minutes, if there is an account with this email.

    The answer is always the same, even from a server that cannot send mail: there, its operator sets
    passwords with `stockbell user password`.
    """
    await forget_password(tx, body.email, client)
    return DoneOut(message=ASKED)


async def reset_password(body: ResetPasswordBody, tx: Tx, keys: SigningKeys, hashing: Hashing) -> DoneOut:
    """Set a new password with a mailed token, once. Every sign-in ends."""
    token_id = await tx.read(password_reset.check, keys, body.token)
    password_hash = await asyncio.to_thread(hashing.hash, body.new_password)
    await tx.write(password_reset.reset, token_id, password_hash)
    return DoneOut(message=RESET)


async def verify_email(body: VerifyEmailBody, tx: Tx, keys: SigningKeys) -> DoneOut:
    """Confirm an email address with a mailed token, once."""
    await tx.write(email_verification.verify, keys, body.token)
    return DoneOut(message=VERIFIED)


async def resend_verification(who: Caller, tx: Tx) -> DoneOut:
    """Mail another link to confirm the caller's email address: a few per hour, then 429."""
    asked = await tx.write(email_verification.ask_again, who)
    if isinstance(asked, TooEarly):
        raise asked.error
    return DoneOut(message=MAILED if asked else PROVEN)


def router() -> APIRouter:
    routes = new_router("Auth", "/auth")
    routes.post("/forgot-password")(forgot_password)
    routes.post("/reset-password")(reset_password)
    routes.post("/verify-email")(verify_email)
    routes.post("/verify-email/resend", responses=failing(409, 429))(resend_verification)
    return routes
