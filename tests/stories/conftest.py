"""A town: the whole system, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.client import SandboxClient
from tests.stories.town import Town, settings_for, stockbell
from tests.support.sandboxes import sandbox_at

ALICE, BOB, CHARLIE = 5001, 5002, 5003


@pytest.fixture
async def sandbox() -> AsyncIterator[str]:
    """Where the Bot API is; its phones are Alice's, Bob's and Charlie's."""
    async with sandbox_at(None, phones={ALICE: "Alice", BOB: "Bob", CHARLIE: "Charlie"}) as address:
        yield address


@pytest.fixture
async def phones(sandbox: str) -> AsyncIterator[SandboxClient]:
    """What the three phones show."""
    async with SandboxClient(sandbox) as client:
        yield client


@pytest.fixture
async def town(database_url: str, sandbox: str, phones: SandboxClient, tmp_path: Path) -> AsyncIterator[Town]:
    settings = settings_for(database_url, sandbox, tmp_path)
    async with stockbell(settings) as api:
        yield Town(api, phones, settings)
