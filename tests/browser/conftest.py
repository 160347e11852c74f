"""A town with the demo household, and the page with its three phones in a browser.

One browser serves all tests, so they share its event loop; the town and the page are new for each.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from core.db import Database
from sandbox.client import SandboxClient
from stockbell import demo
from tests.browser.chromium import launched, needed_executable
from tests.browser.phones import Phone, Watch, open_page
from tests.stories.town import Town, settings_for, stockbell
from tests.support.databases import SqliteTemplate
from tests.support.sandboxes import sandbox_at

WIDE = (1280, 800)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with launched(needed_executable()) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def town(chromium: Browser, sqlite_template: SqliteTemplate, tmp_path: Path) -> AsyncIterator[Town]:
    """What `stockbell run` starts without a token: everything, with the demo household."""
    with sqlite_template.copy() as database_url:
        async with sandbox_at(tmp_path / "sandbox.db") as address, SandboxClient(address) as phones:
            settings = settings_for(database_url, address, tmp_path)
            database = Database(database_url)
            await demo.make(database, settings)
            await demo.hand_out_phones(phones)
            database.dispose()
            async with stockbell(settings) as api:
                yield Town(api, phones, settings)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest_asyncio.fixture(loop_scope="session")
async def page(
    chromium: Browser, town: Town, watch: Watch, request: pytest.FixtureRequest
) -> AsyncIterator[Page]:
    """The open page, in a window of the size that the test asks for. Nothing may go wrong in it."""
    width, height = getattr(request, "param", WIDE)
    address = town.settings.telegram_api_base
    async with open_page(chromium, address, watch, width=width, height=height) as page:
        yield page
    assert not watch.complaints


@pytest.fixture
def alice(page: Page) -> Phone:
    return Phone(page, "Alice")


@pytest.fixture
def bob(page: Page) -> Phone:
    return Phone(page, "Bob")


@pytest.fixture
def charlie(page: Page) -> Phone:
    return Phone(page, "Charlie")
