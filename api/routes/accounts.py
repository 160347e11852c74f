"""One's own account."""

import asyncio

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder

from api.dependencies import Caller, Tx
from api.documentation import failing
from api.schemas.accounts import AccountPatch, ExportOut, MeOut
from core import accounts, clock, leaving, passwords, personal_data
from core.accounts import Account
from core.errors import Invalid

WRONG = "currentPassword is wrong."


async def get_me(who: Caller, tx: Tx) -> MeOut:
    """Say who is signed in."""
    return MeOut.of(await tx.read(accounts.get, who))


async def change_me(body: AccountPatch, who: Caller, tx: Tx) -> MeOut:
    """Change what is sent. A new password ends every sign-in: sign in again with it."""
    password_hash = None
    if body.password is not None:
        stored = await tx.read(accounts.password_hash_of, who)
        if not await asyncio.to_thread(passwords.verify, stored, body.current_password or ""):
            raise Invalid(WRONG, "currentPassword")
        password_hash = await asyncio.to_thread(passwords.hash_password, body.password)
    changed: Account = await tx.write(
        accounts.change,
        who,
        display_name=body.display_name,
        timezone=body.timezone,
        password_hash=password_hash,
    )
    return MeOut.of(changed)


async def delete_me(who: Caller, tx: Tx) -> None:
    """Delete the caller's account. Households where they are alone go; elsewhere they become anonymous."""
    await tx.write(leaving.delete_account, who)


async def export_me(who: Caller, tx: Tx) -> ExportOut:
    """Return everything that is kept about the caller."""
    mine = await tx.read(personal_data.gather, who)
    return ExportOut.model_validate({**jsonable_encoder(mine), "exportedAt": clock.utcnow()})


def router() -> APIRouter:
    routes = APIRouter(prefix="/auth/me", tags=["Auth"])
    routes.get("")(get_me)
    routes.patch("")(change_me)
    routes.delete("", status_code=204, responses=failing(409))(delete_me)
    routes.get("/export")(export_me)
    return routes
