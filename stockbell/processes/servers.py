"""HTTP servers that stop when told to, and clear errors for ports in use."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable, Generator
from typing import Any

import uvicorn

from core.errors import ConfigurationError

# How long a hanging request may delay a stop.
GRACE_S = 5
# Longer than nginx keeps idle connections (60 s), or a request could be lost on one that is being closed.
KEEP_ALIVE_S = 75


class HttpServer(uvicorn.Server):
    """uvicorn without its signal handling, which raises SIGTERM again and exits with 143."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, but raise ConfigurationError where uvicorn would exit."""
        try:
            await super().startup(sockets)
        except SystemExit:
            raise ConfigurationError("The server could not start. The lines above say why.") from None


def bind(host: str, port: int, variable: str) -> socket.socket:
    """Bind a port before anything is started. Raises a ConfigurationError that names the variable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio only sets TCP_NODELAY if the protocol is named; without it an answer may wait 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # From here on, connections wait in the queue until the server is up.
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise ConfigurationError(_why_not(error, host, port, variable)) from error
    listener.setblocking(False)
    return listener


def _why_not(error: OSError, host: str, port: int, variable: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Stop what uses it, or set {variable} to another port."
    if error.errno == errno.EACCES:
        return f"This user may not use port {port}. Set {variable} to one above 1023."
    return f"Cannot listen on {host}, port {port} ({error.strerror}). Check HOST and {variable}."


def address(listener: socket.socket) -> str:
    """Return the address to open in a browser."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def configuration(app: Any) -> uvicorn.Config:
    """Return the configuration for an application."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        # uvicorn would trust every program on this machine; the application knows whom to trust.
        proxy_headers=False,
        # Compression costs up to 40% more processor time and twice the memory for each socket.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEEP_ALIVE_S,
    )


async def serve(
    app: Any, listener: socket.socket, stop: asyncio.Event, before_stop: Callable[[], None] | None = None
) -> None:
    """Serve until `stop`, then finish open requests."""
    server = HttpServer(configuration(app))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if before_stop is not None:
        before_stop()
    server.should_exit = True
    await task
