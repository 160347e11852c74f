"""Take the screenshots in docs/: the product itself on an empty data folder, just after the first alert.

    python -m tests.browser.screenshots [folder]

Writes into docs/, or into the folder given: sandbox.png (1280 by 800: Bob sent `/use 3 milk`, Alice is
alerted, Charlie may press Start), sandbox-phone.png (Alice's phone 360 wide, drawn with twice the pixels),
settings-phone.png (the menu of /settings, as wide) and mail-page.png (the page that the first mail to
somebody links to, as wide).
Needs Chromium and the test tools.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.browser.chromium import NAMES, executable, launched
from tests.browser.phones import Phone, Watch, open_page
from tests.stockbell.processes import PROJECT, serving

READY = "set TELEGRAM_BOT_TOKEN."


async def take(folder: Path, chromium: str) -> None:
    """Run Stockbell and Chromium, play the scene and write the pictures into a folder."""
    with tempfile.TemporaryDirectory() as data:
        async with serving(Path(data), "run", until=READY) as running, launched(chromium) as browser:
            [address] = re.findall(r"Phones +(http://\S+)", running.screen)
            await _three_phones(browser, address, folder / "sandbox.png")
            await _one_phone(browser, address, folder / "sandbox-phone.png")
            await _settings(browser, address, folder / "settings-phone.png")
            [web] = re.findall(r"API +(http://\S+)/docs", running.screen)
            await _mail_page(browser, f"{web}/verify-email?token=none", folder / "mail-page.png")


async def _three_phones(browser: Browser, address: str, file: Path) -> None:
    async with open_page(browser, address, Watch()) as page:
        await Phone(page, "Bob").send("/use 3 milk", "low now")
        await Phone(page, "Alice").hears("Milk is running low")
        await _shoot(page, file)


async def _one_phone(browser: Browser, address: str, file: Path) -> None:
    async with open_page(browser, address, Watch(), width=360, height=640, scale=2) as page:
        await Phone(page, "Alice").hears("Milk is running low")
        await _shoot(page, file)


async def _settings(browser: Browser, address: str, file: Path) -> None:
    async with open_page(browser, address, Watch(), width=360, height=720, scale=2) as page:
        await Phone(page, "Alice").send("/settings", "What you hear, and when")
        await _shoot(page, file)


async def _mail_page(browser: Browser, address: str, file: Path) -> None:
    async with open_page(browser, address, Watch(), width=360, height=360, scale=2) as page:
        await _shoot(page, file)


async def _shoot(page: Page, file: Path) -> None:
    # Bubbles fade in as they arrive: the picture shows them as they are then.
    await page.screenshot(path=file, animations="disabled", caret="hide")


def main() -> int:
    chromium = executable()
    if chromium is None:
        sys.stderr.write(f"Install Chromium: none of {', '.join(NAMES)} is on the PATH.\n")
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "docs"
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder, chromium))
    return 0


if __name__ == "__main__":
    sys.exit(main())
