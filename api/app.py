"""The web application: REST under /api/v1, Socket.IO under /socket.io, one port."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache

import socketio
from fastapi import FastAPI
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from api import errors, idempotency, pages
from api.metrics import Metrics, RequestTimes
from api.middleware import addresses, body_limit, origins, request_ids, request_log
from api.middleware.security_headers import SecurityHeaders
from api.openapi import descriptions, docs_page, document
from api.routes import (
    PREFIX,
    accounts,
    auth,
    csv,
    dashboard,
    health,
    household_preferences,
    households,
    inbox,
    invitations,
    items,
    mailed,
    members,
    metrics,
    preferences,
    shopping_entries,
    shopping_lists,
    stock,
    telegram,
    watches,
)
from api.sockets import handshake
from api.sockets.feed import Feed
from api.tokens import AccessTokens
from core.accounts.passwords import Passwords
from core.config import Settings
from core.db import Transactions
from core.inventory.csv_items import LARGEST_FILE
from core.operations.heartbeats import Component, Heart
from core.wake import Wake

OPENAPI = "/openapi.json"
LARGER_BODIES = {re.compile(rf"{PREFIX}/households/[^/]+/items/import"): LARGEST_FILE}


def create_app(settings: Settings, tx: Transactions, wake: Wake) -> ASGIApp:
    """Return the application, ready to be served. Its lifespan runs the live feed."""
    key = settings.signing_key()
    tokens = AccessTokens(key, settings.previous_keys())
    allowed = origins.Origins(settings.cors_origins, any_loopback=not settings.production)
    server = handshake.create_server(allowed)
    feed = Feed(server, tx, Heart(tx, Component.WEB))
    measured = Metrics(lambda: feed.open_sockets)
    handshake.attach(server, tokens, tx, feed)
    web = FastAPI(
        title="Stockbell",
        version="1",
        description=descriptions.DESCRIPTION,
        openapi_tags=descriptions.TAGS,
        lifespan=_lifespan(server, feed, wake),
        generate_unique_id_function=document.operation_id,
        openapi_url=OPENAPI,
        # docs_page.py serves ours without any other server.
        docs_url=None,
        redoc_url=None,
        # A redirect would repeat whatever Host header the client sent.
        redirect_slashes=False,
    )
    document.complete(web)
    web.state.settings, web.state.tx, web.state.tokens, web.state.signing_key = settings, tx, tokens, key
    web.state.wake = wake
    web.state.passwords = Passwords(settings.password_memory_mib)
    if settings.shows_metrics:
        web.include_router(metrics.router(settings, measured))
    # include_router would build every route again for this application.
    web.router.routes.extend(_routes())
    docs_page.add_to(web, OPENAPI)
    web.router.routes.extend(pages.routes())
    errors.register(web)
    idempotency.register(web)
    # The last one added is the outermost, so that errors too get CORS headers, a log line and a request id.
    web.add_middleware(body_limit.BodyLimit, larger=LARGER_BODIES)
    web.add_middleware(errors.Unexpected)
    allowed.add_to(web)
    web.add_middleware(request_log.RequestLog)
    web.add_middleware(RequestTimes, metrics=measured)
    web.add_middleware(request_ids.RequestIds)
    app = SecurityHeaders(socketio.ASGIApp(server, other_asgi_app=web), private="/api/")
    return addresses.behind(app, settings.trusted_proxies)


@cache
def _routes() -> Sequence[BaseRoute]:
    """Return the routes of the API. Building them is slow, and they are the same for every application."""
    nouns = (
        health,
        auth,
        mailed,
        accounts,
        households,
        members,
        invitations,
        dashboard,
        # Before items, whose /{itemId} would match export.csv.
        csv,
        items,
        stock,
        shopping_lists,
        shopping_entries,
        inbox,
        preferences,
        household_preferences,
        watches,
        telegram,
    )
    return tuple(route for noun in nouns for route in noun.router().routes)


def _lifespan(
    server: socketio.AsyncServer, feed: Feed, wake: Wake
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with feed.running(wake.listener()):
            yield
        await server.shutdown()

    return lifespan
