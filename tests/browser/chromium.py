"""The Chromium of this machine, without a window. No browser is downloaded."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# It may run as root in a container, and it talks to nobody but this machine.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """Return the path of the first Chromium on the PATH, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def needed_executable() -> str:
    """Return where Chromium is; skip when there is none, unless REQUIRE_CHROMIUM=1: then fail."""
    found = executable()
    if found is None:
        message = f"none of {', '.join(NAMES)} is on the PATH: the page is not tested in a browser"
        if os.environ.get("REQUIRE_CHROMIUM") == "1":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    return found


@contextlib.asynccontextmanager
async def launched(path: str) -> AsyncIterator[Browser]:
    """Run the Chromium at `path` for as long as the block runs."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()
