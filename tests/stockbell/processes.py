"""`python -m stockbell` as a real process, away from the developer's own settings and data."""

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.config import Settings
from tests.stockbell.obeying import Finished

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = {name.upper() for name in Settings.model_fields}


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return an environment in which everything is kept in `folder` and ports are free ones."""
    clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    given = {"DATA_DIR": str(folder), "PORT": "0", "SANDBOX_PORT": "0", "PYTHONPATH": str(PROJECT)}
    return {**clean, "PYTHONUNBUFFERED": "1", **given, **settings}


async def finish(folder: Path, *arguments: str, typed: str = "", **settings: str) -> Finished:
    """Run a command to its end, from a directory that is not the project's."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "stockbell", *arguments,
        cwd=folder,
        env=environment(folder, **settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(typed.encode())
    return Finished(process.returncode or 0, out.decode(), err.decode())


class Operator:
    """Somebody who runs one command after the other. They share a process, which imports everything once."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    async def run(self, folder: Path, *arguments: str, typed: str = "", **settings: str) -> Finished:
        """Run a command to its end, from a directory that is not the project's."""
        asked = json.dumps([str(folder), arguments, typed, environment(folder, **settings)])
        return Finished(**json.loads(await asyncio.to_thread(self._ask, asked)))

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(line, file=self._process.stdin, flush=True)
        return self._process.stdout.readline()


@contextlib.contextmanager
def operating() -> Iterator[Operator]:
    """Let an operator work."""
    command = [sys.executable, "-m", "tests.stockbell.obeying"]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Operator(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0


@dataclass
class Running:
    """A process that serves. `screen` is what it had printed when it was ready."""

    process: asyncio.subprocess.Process
    screen: str

    @property
    def addresses(self) -> list[str]:
        return re.findall(r"http://127\.0\.0\.1:\d+", self.screen)


@contextlib.asynccontextmanager
async def serving(folder: Path, *arguments: str, until: str, **settings: str) -> AsyncIterator[Running]:
    """Run a command until it prints `until`; end it with SIGTERM, which must exit with 0 and no traceback."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "stockbell", *arguments,
        cwd=folder,
        env=environment(folder, **settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    screen = ""
    try:
        async with asyncio.timeout(300):
            while until not in screen:
                line = await process.stdout.readline()
                assert line, f"it ended before it said {until!r}:\n{screen}"
                screen += line.decode()
        yield Running(process, screen)
    finally:
        if process.returncode is None:
            process.terminate()
        rest, _ = await process.communicate()
    assert process.returncode == 0, f"exit code {process.returncode}:\n{screen}{rest.decode()}"
    assert "Traceback" not in f"{screen}{rest.decode()}"
