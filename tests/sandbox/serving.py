"""A real sandbox on a free port."""

import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn

from sandbox.app import begin_shutdown, create_app
from sandbox.settings import DEFAULT_TOKEN, SandboxSettings


@contextlib.asynccontextmanager
async def serving(
    database: Path, *, enforce_limits: bool = False, callback_lifetime: float = 60.0
) -> AsyncIterator[str]:
    """Serve a sandbox with uvicorn; the block gets its base URL."""
    settings = SandboxSettings(
        database=database,
        token=DEFAULT_TOKEN,
        enforce_limits=enforce_limits,
        callback_lifetime=callback_lifetime,
    )
    app = create_app(settings)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2, ws="none")
    server = uvicorn.Server(config)
    sock = _free_port()
    config.load()
    server.lifespan = config.lifespan_class(config)
    # Not serve(): it looks only every tenth of a second whether it should stop.
    await server.startup([sock])
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        begin_shutdown(app)
        await server.shutdown([sock])


def _free_port() -> socket.socket:
    # Without the protocol's number asyncio does not switch Nagle's algorithm off: 40 ms an answer.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    return sock
