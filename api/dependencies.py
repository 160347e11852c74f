"""What handlers ask for: the settings, the transactions, and who is calling.

All are coroutines, although none waits: a plain function would be sent to a thread, at each request.
"""

from collections.abc import Sequence
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Header, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import WithJsonSchema

from api import etags
from api.middleware import addresses, request_log
from api.tokens import AccessTokens
from core.accounts.passwords import Passwords
from core.actors import Actor, Face
from core.config import Settings
from core.db import Transactions
from core.errors import Unauthenticated

_bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    description="The accessToken of POST /api/v1/auth/login, good for 15 minutes",
)


async def _settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


async def _transactions(request: Request) -> Transactions:
    return cast(Transactions, request.app.state.tx)


async def _tokens(request: Request) -> AccessTokens:
    return cast(AccessTokens, request.app.state.tokens)


async def _signing_key(request: Request) -> bytes:
    return cast(bytes, request.app.state.signing_key)


async def _signing_keys(request: Request) -> Sequence[bytes]:
    return [await _signing_key(request), *(await _settings(request)).previous_keys()]


async def _passwords(request: Request) -> Passwords:
    return cast(Passwords, request.app.state.passwords)


async def _client(request: Request) -> str:
    return addresses.group(request.scope)


Config = Annotated[Settings, Depends(_settings)]
Tx = Annotated[Transactions, Depends(_transactions)]
SigningKey = Annotated[bytes, Depends(_signing_key)]
SigningKeys = Annotated[Sequence[bytes], Depends(_signing_keys)]
"""The present one and those before it, by which links in mails may still be signed."""
Tokens = Annotated[AccessTokens, Depends(_tokens)]
Hashing = Annotated[Passwords, Depends(_passwords)]
Client = Annotated[str, Depends(_client)]
"""What stands for one client when tries are counted."""


async def _caller(
    request: Request,
    tokens: Tokens,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Actor:
    if credentials is None:
        raise Unauthenticated("Sign in and send the access token as Authorization: Bearer <token>.")
    who = Actor(tokens.verify(credentials.credentials), Face.WEB)
    request_log.identify(request.scope, who.user_id)
    return who


Caller = Annotated[Actor, Depends(_caller)]
HouseholdId = Annotated[UUID, Path(alias="householdId")]
ItemId = Annotated[UUID, Path(alias="itemId")]
IfMatch = Annotated[
    str | None,
    WithJsonSchema({"type": "string", "pattern": rf"^\*$|{etags.PATTERN}"}),
    Header(alias="If-Match", description='The ETag that was read, like W/"3"; * for whatever there is'),
]
