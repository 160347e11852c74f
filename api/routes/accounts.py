"""The caller's own account."""

import asyncio

from fastapi import APIRouter
from sqlalchemy.orm import Session

from api.dependencies import Caller, Config, Hashing, Tx
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.accounts import AccountPatch, ExportOut, MeOut
from core import clock
from core.accounts import accounts, password_reset, throttling
from core.accounts.passwords import Passwords
from core.accounts.throttling import TooEarly, Try
from core.actors import Actor
from core.config import Settings
from core.db import Transactions
from core.errors import Invalid
from core.privacy import account_deletion, personal_data

WRONG = "currentPassword is wrong."


async def get_me(who: Caller, tx: Tx) -> MeOut:
    """Show who is signed in."""
    return MeOut.of(await tx.read(accounts.get, who))


async def change_me(body: AccountPatch, who: Caller, tx: Tx, settings: Config, hashing: Hashing) -> MeOut:
    """Change the fields that are sent. A new password ends every sign-in: sign in again with it."""
    if body.password is not None:
        await _change_password(body.current_password or "", body.password, who, tx, settings, hashing)
    return MeOut.of(
        await tx.write(accounts.change, who, display_name=body.display_name, timezone=body.timezone)
    )


async def _change_password(
    current: str, new: str, who: Actor, tx: Transactions, settings: Settings, hashing: Passwords
) -> None:
    tried = await tx.write(throttling.password_allowed, settings, who.user_id)
    if isinstance(tried, TooEarly):
        raise tried.error
    stored = await tx.read(accounts.password_hash_of, who)
    if not await asyncio.to_thread(hashing.verify, stored, current):
        raise Invalid(WRONG, "currentPassword")
    new_hash = await asyncio.to_thread(hashing.hash, new)
    await tx.write(_replace_password, who, new_hash, tried)


def _replace_password(session: Session, who: Actor, new_hash: str, tried: Try) -> None:
    throttling.forgive(session, tried)
    password_reset.replace(session, who.user_id, new_hash)


async def delete_me(who: Caller, tx: Tx) -> None:
    """Delete the caller's account and households they are alone in; elsewhere they become anonymous."""
    await tx.write(account_deletion.delete_account, who)


async def export_me(who: Caller, tx: Tx) -> ExportOut:
    """Return all data stored about the caller."""
    mine = await tx.read(personal_data.gather, who)
    return ExportOut.of(mine, clock.utcnow())


def router() -> APIRouter:
    routes = new_router("Auth", "/auth/me")
    routes.get("")(get_me)
    routes.patch("", responses=failing(429))(change_me)
    routes.delete("", status_code=204, responses=failing(409))(delete_me)
    routes.get("/export")(export_me)
    return routes
