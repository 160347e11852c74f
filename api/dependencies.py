"""Dependencies of the handlers: settings, transactions, the caller, ids in paths.

All are coroutines although none waits: FastAPI would run plain functions in a thread, at every request.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
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
from core.wake import Wake

_bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    description="The accessToken of POST /api/v1/auth/login, good for 15 minutes",
)


def _kept(name: str) -> Callable[[Request], Awaitable[object]]:
    async def get(request: Request) -> object:
        return getattr(request.app.state, name)

    return get


Config = Annotated[Settings, Depends(_kept("settings"))]
Tx = Annotated[Transactions, Depends(_kept("tx"))]
Tokens = Annotated[AccessTokens, Depends(_kept("tokens"))]
Hashing = Annotated[Passwords, Depends(_kept("passwords"))]
Waking = Annotated[Wake, Depends(_kept("wake"))]
SigningKey = Annotated[bytes, Depends(_kept("signing_key"))]


async def _signing_keys(key: SigningKey, settings: Config) -> Sequence[bytes]:
    return [key, *settings.previous_keys()]


async def _client(request: Request) -> str:
    return addresses.group(request.scope)


SigningKeys = Annotated[Sequence[bytes], Depends(_signing_keys)]
"""The current key, then earlier ones, which may have signed links that are still valid."""
Client = Annotated[str, Depends(_client)]
"""What counts as one client when tries are limited."""


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
UserId = Annotated[UUID, Path(alias="userId")]
InvitationId = Annotated[UUID, Path(alias="invitationId")]
ItemId = Annotated[UUID, Path(alias="itemId")]
MovementId = Annotated[UUID, Path(alias="movementId")]
ListId = Annotated[UUID, Path(alias="listId")]
EntryId = Annotated[UUID, Path(alias="itemId", description="The id of the entry, not of an item in stock")]
NotificationId = Annotated[UUID, Path(alias="notificationId")]
WatchId = Annotated[UUID, Path(alias="watchId")]
IfMatch = Annotated[
    str | None,
    WithJsonSchema({"type": "string", "pattern": rf"^\*$|{etags.PATTERN}"}),
    Header(alias="If-Match", description='The ETag that was read, such as W/"3"; * matches any version'),
]
