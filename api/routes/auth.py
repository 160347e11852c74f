"""Accounts and sign-ins. Passwords are hashed in a thread and outside transactions, because that is slow."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session

from api.dependencies import Caller, Client, Config, Hashing, Tokens, Tx
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.auth import (
    LoginBody,
    RefreshBody,
    RegisterBody,
    RegisteredOut,
    SignedInOut,
    TokensOut,
)
from api.tokens import LIFETIME, AccessTokens
from core.accounts import accounts, sign_ins, throttling
from core.accounts.sign_ins import SignIn
from core.accounts.throttling import TooEarly, Try
from core.errors import Unauthenticated
from core.households import households, registration
from core.households.registration import Registered

WRONG = "The email or the password is wrong."


def _fields(tokens: AccessTokens, sign_in: SignIn) -> dict[str, str | int]:
    return {
        "access_token": tokens.issue(sign_in.user_id),
        "refresh_token": sign_in.refresh_token,
        "expires_in": int(LIFETIME.total_seconds()),
    }


async def register(
    body: RegisterBody, tx: Tx, tokens: Tokens, settings: Config, client: Client, hashing: Hashing
) -> RegisteredOut:
    """Create an account with a first household, and sign in.

    A server may admit only invited emails, or nobody: 403. Too many accounts from one address: 429.
    """
    early = await tx.write(throttling.registration_allowed, settings, client)
    if early is not None:
        raise early.error
    await tx.read(registration.refuse_uninvited, settings.registration, body.email)
    password_hash = await asyncio.to_thread(hashing.hash, body.password)
    zone = body.timezone or settings.default_timezone
    made = await tx.write(registration.register, body.email, password_hash, body.display_name, zone)
    sign_in = await tx.write(_sign_in_first, made, body.email, client)
    beside = {"user_id": made.account.id, "default_household_id": made.household_id}
    return RegisteredOut.model_validate({**vars(made.account), **beside, **_fields(tokens, sign_in)})


async def login(
    body: LoginBody, tx: Tx, tokens: Tokens, settings: Config, client: Client, hashing: Hashing
) -> SignedInOut:
    """Sign in with email and password.

    After several wrong passwords the next try has to wait, longer each time: 429 with Retry-After.
    """
    tried = await tx.write(throttling.login_allowed, settings, body.email, client)
    if isinstance(tried, TooEarly):
        raise tried.error
    known = await tx.read(accounts.credentials, body.email)
    stored = known.password_hash if known else None
    right = await asyncio.to_thread(hashing.verify, stored, body.password)
    if known is None or stored is None or not right:
        raise Unauthenticated(WRONG)
    if hashing.is_outdated(stored):
        renewed = await asyncio.to_thread(hashing.hash, body.password)
        await tx.write(accounts.renew_hash, known.user_id, stored, renewed)
    sign_in = await tx.write(_sign_in, known.user_id, tried)
    mine = await tx.read(households.of_person, known.user_id)
    beside = {"user_id": known.user_id, "households": mine}
    return SignedInOut.model_validate({**beside, **_fields(tokens, sign_in)})


def _sign_in_first(session: Session, made: Registered, email: str, client: str) -> SignIn:
    throttling.remember(session, email, client)
    return sign_ins.open_family(session, made.account.id)


def _sign_in(session: Session, user_id: UUID, tried: Try) -> SignIn:
    throttling.forgive(session, tried)
    return sign_ins.open_family(session, user_id)


async def refresh(body: RefreshBody, tx: Tx, tokens: Tokens) -> TokensOut:
    """Exchange a refresh token for new tokens. Using one twice ends the whole sign-in."""
    sign_in = await tx.write(sign_ins.rotate, body.refresh_token)
    if sign_in is None:
        raise Unauthenticated("The refresh token is no longer valid. Please sign in again.")
    return TokensOut.model_validate(_fields(tokens, sign_in))


async def logout(body: RefreshBody, tx: Tx) -> None:
    """End a sign-in: none of its refresh tokens works anymore."""
    await tx.write(sign_ins.close_family, body.refresh_token)


async def logout_all(who: Caller, tx: Tx) -> None:
    """Sign out everywhere: none of the caller's refresh tokens works anymore.

    Access tokens keep working until they expire, for 15 minutes at most.
    """
    await tx.write(sign_ins.close_all, who.user_id)


def router() -> APIRouter:
    routes = new_router("Auth", "/auth")
    routes.post("/register", status_code=201, responses=failing(403, 409, 429))(register)
    routes.post("/login", responses=failing(401, 429))(login)
    routes.post("/refresh", responses=failing(401))(refresh)
    routes.post("/logout", status_code=204)(logout)
    routes.post("/logout-all", status_code=204)(logout_all)
    return routes
