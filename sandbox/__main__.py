"""A sandbox in its own process: `python -m sandbox [--port 0] [--database FILE] [--enforce-limits]`.

Without a file its state is lost when it stops. It listens on 127.0.0.1 only, prints its address once it does,
and stops on SIGTERM or Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import signal
import socket
from collections.abc import Generator, Sequence
from pathlib import Path

import uvicorn

from sandbox.app import begin_shutdown, create_app
from sandbox.settings import SandboxSettings

HOST = "127.0.0.1"
# Longer than any bot keeps an idle connection, as Telegram's servers do.
KEEP_ALIVE_S = 75


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A Telegram Bot API server.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--database", type=Path, help="a SQLite file; without it, in memory")
    parser.add_argument("--enforce-limits", action="store_true", help="flood limits from the start")
    return parser.parse_args(given)


def _listen(port: int) -> socket.socket:
    # With the protocol named, asyncio sets TCP_NODELAY; without it an answer may wait 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen(2048)
    return listener


class _Server(uvicorn.Server):
    """uvicorn without its signal handling, which answers no long poll and raises the signals again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _serve(listener: socket.socket, settings: SandboxSettings) -> None:
    app = create_app(settings)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="on", timeout_keep_alive=KEEP_ALIVE_S
    )
    server = _Server(config)

    def stop() -> None:
        begin_shutdown(app)
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    print(settings.base_url, flush=True)  # noqa: T201 -- the address is what the caller waits for
    await server.serve(sockets=[listener])


def main(given: Sequence[str] | None = None) -> None:
    """Serve until told to stop; `given` replaces the command line's arguments."""
    arguments = _arguments(given)
    listener = _listen(arguments.port)
    settings = SandboxSettings(
        database=arguments.database,
        base_url=f"http://{HOST}:{listener.getsockname()[1]}",
        enforce_limits=arguments.enforce_limits,
    )
    asyncio.run(_serve(listener, settings))


if __name__ == "__main__":
    main()
