"""The web application: REST under /api/v1, Socket.IO under /socket.io, one port."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import socketio
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from api import body_limit, errors, origins, request_ids
from api.routes import auth, health, households, inbox, items, preferences, stock, telegram, transfer
from api.sockets import handshake
from api.sockets.feed import Feed
from api.tokens import AccessTokens
from core.config import Settings
from core.csv_items import LARGEST_FILE
from core.db import Transactions
from core.wake import Wake

PREFIX = "/api/v1"
LARGER_BODIES = {re.compile(rf"{PREFIX}/households/[^/]+/items/import"): LARGEST_FILE}
DESCRIPTION = """A household's inventory. Sign in with `POST /auth/login` and send the access token as
`Authorization: Bearer <token>`. Changes arrive live over Socket.IO on the same port."""


def create_app(settings: Settings, tx: Transactions, wake: Wake) -> ASGIApp:
    """Return the application, ready to be served. Its lifespan runs the live feed."""
    key = settings.signing_key()
    tokens = AccessTokens(key)
    allowed = origins.Origins(settings.cors_origins, any_loopback=not settings.production)
    server = handshake.create_server(allowed)
    feed = Feed(server, tx)
    handshake.attach(server, tokens, tx, feed)
    web = FastAPI(
        title="Stockbell",
        version="1",
        description=DESCRIPTION,
        lifespan=_lifespan(server, feed, wake),
        responses=errors.RESPONSES,
    )
    web.state.settings, web.state.tx, web.state.tokens, web.state.signing_key = settings, tx, tokens, key
    web.include_router(health.router())
    web.include_router(_v1())
    errors.register(web)
    # The last one added is the outermost: every answer gets CORS headers and a request id, errors too.
    web.add_middleware(body_limit.BodyLimit, larger=LARGER_BODIES)
    web.add_middleware(errors.Unexpected)
    allowed.add_to(web)
    web.add_middleware(request_ids.RequestIds)
    app: ASGIApp = socketio.ASGIApp(server, other_asgi_app=web)
    return app


def _v1() -> APIRouter:
    router = APIRouter(prefix=PREFIX)
    # An item list's own words come before its ids: export.csv is no item.
    for noun in (auth, households, transfer, items, stock, inbox, preferences, telegram):
        router.include_router(noun.router())
    return router


def _lifespan(
    server: socketio.AsyncServer, feed: Feed, wake: Wake
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with feed.running(wake.listener()):
            yield
        await server.shutdown()

    return lifespan
