"""A real sandbox on a free port: in the test's own process, or in one of its own."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import MappingProxyType

from sandbox.app import begin_shutdown, create_app
from sandbox.chats import people
from sandbox.settings import SandboxSettings
from tests.support.serving import serving

NOBODY: Mapping[int, str] = MappingProxyType({})


@contextlib.asynccontextmanager
async def sandbox_at(
    database: Path | None,
    *,
    enforce_limits: bool = False,
    callback_lifetime: float = 60.0,
    phones: Mapping[int, str] = NOBODY,
) -> AsyncIterator[str]:
    """Serve a sandbox whose state is in `database` or, for None, in memory; the block gets its base URL.

    `phones` are the ids and the first names of people who have one from the beginning.
    """
    settings = SandboxSettings(
        database=database, enforce_limits=enforce_limits, callback_lifetime=callback_lifetime
    )
    app = create_app(settings)
    async with serving(app, lambda: begin_shutdown(app)) as url:
        for person_id, name in phones.items():
            people.add_person(app.state.sandbox.store, person_id, name, name.lower(), "en")
        yield url


@contextlib.asynccontextmanager
async def sandbox_process(*options: str) -> AsyncIterator[str]:
    """Run `python -m sandbox` with these options; the block gets its base URL.

    It has an interpreter to itself, so that it keeps up with several processes that send to it.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        assert await process.wait() == 0
