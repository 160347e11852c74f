"""A real sandbox on a free port."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from sandbox.app import begin_shutdown, create_app
from sandbox.settings import SandboxSettings
from tests.support.serving import serving


@contextlib.asynccontextmanager
async def sandbox_at(
    database: Path, *, enforce_limits: bool = False, callback_lifetime: float = 60.0
) -> AsyncIterator[str]:
    """Serve a sandbox whose state is in `database`; the block gets its base URL."""
    settings = SandboxSettings(
        database=database, enforce_limits=enforce_limits, callback_lifetime=callback_lifetime
    )
    app = create_app(settings)
    async with serving(app, lambda: begin_shutdown(app)) as url:
        yield url
