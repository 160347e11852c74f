"""Any ASGI application on a real server, on a free loopback port, in the test's own event loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from socket import socket
from typing import Any

import uvicorn

from stockbell.processes import servers


@contextlib.asynccontextmanager
async def serving(
    app: Any, before_stop: Callable[[], None] | None = None, *, port: int = 0
) -> AsyncIterator[str]:
    """Serve an application with its lifespan; the block gets the base URL, without a slash at its end."""
    listener = servers.bind("127.0.0.1", port, "PORT")
    server = uvicorn.Server(servers.configuration(app))
    # Whoever does not let it stop is noticed, and not cut off after a few seconds.
    server.config.timeout_graceful_shutdown = 60
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    # Not serve(): it looks only every tenth of a second whether it should stop.
    await server.startup([listener])
    assert server.started, "the application did not start; its log says why"
    try:
        yield servers.address(listener)
    finally:
        if before_stop is not None:
            before_stop()
        await _shut_down(server, listener)


async def _shut_down(server: uvicorn.Server, listener: socket) -> None:
    """Stop serving. uvicorn always sleeps a tenth of a second, which only those still connected need."""
    for _ in range(10):
        await asyncio.sleep(0)  # lets the loop see who has left
    if server.server_state.connections or server.server_state.tasks:
        await server.shutdown([listener])
        return
    for accepting in server.servers:
        accepting.close()
    listener.close()
    await server.lifespan.shutdown()
