"""The sandbox as an ASGI application."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.routing import BaseRoute

from sandbox.botapi.middleware import BotApi
from sandbox.control.faults import fault_router
from sandbox.control.routes import control_router
from sandbox.errors import ControlError
from sandbox.origin import SameOriginOnly
from sandbox.page.routes import page_router
from sandbox.settings import SandboxSettings
from sandbox.state import Sandbox


def create_app(settings: SandboxSettings) -> FastAPI:
    """A Bot API server with its control API and its page.

    The database opens when the server starts (ASGI lifespan). Before you stop the server, call
    `begin_shutdown(app)` on its event loop: it answers the long polls that would keep the server waiting.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        sandbox = Sandbox(settings)
        app.state.sandbox = sandbox
        sandbox.webhook.start()
        try:
            yield
        finally:
            await sandbox.close()

    app = FastAPI(title="Telegram sandbox", lifespan=lifespan, openapi_url=None)
    app.add_middleware(BotApi)
    # Added last, it runs first.
    app.add_middleware(SameOriginOnly)
    app.add_exception_handler(ControlError, _control_error)
    # include_router would build every route again for each application.
    app.router.routes.extend(_routes(settings.bot_username))
    return app


@cache
def _routes(bot_username: str) -> Sequence[BaseRoute]:
    """The control API and the page, which are the same for every sandbox of a bot."""
    routers = (fault_router(), control_router(), page_router(bot_username))
    return tuple(route for router in routers for route in router.routes)


def begin_shutdown(app: FastAPI) -> None:
    """Answer every waiting request of this application; call it on the server's event loop."""
    sandbox: Sandbox | None = getattr(app.state, "sandbox", None)
    if sandbox is not None:
        sandbox.begin_shutdown()


async def _control_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ControlError)
    return JSONResponse({"detail": error.sentence}, error.status)
