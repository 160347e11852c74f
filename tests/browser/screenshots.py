"""Take the screenshots in docs/: the product itself on an empty data folder, just after the first alert.

    python -m tests.browser.screenshots [folder]

Writes into docs/, or into the folder given: sandbox.png (1280 by 800: Bob sent `/use 3 milk`, Alice is
alerted, Charlie may press Start), sandbox-phone.png (Alice's phone 360 wide, drawn with twice the pixels),
settings-phone.png (the menu of /settings, as wide), mail-page.png (the page that the first mail to somebody
links to, as wide), digest-phone.png (a weekly digest, after a week that takes no time) and quiet-phone.png
(what a night came to). Needs Chromium and the test tools.
"""

import asyncio
import re
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, Page

from core import clock
from sandbox.client import SandboxClient
from stockbell import demo
from tests.browser.chromium import NAMES, executable, launched
from tests.browser.phones import Phone, Watch, open_page
from tests.browser.week import BEGINS, after_a_week, hear_alerts_but_not_at_night
from tests.stockbell.processes import PROJECT, serving
from tests.support.hands import Hands

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


async def take_a_week(folder: Path, chromium: str) -> None:
    """Live a week and a night, with a clock of their own, and write the pictures of them into a folder."""
    hands = Hands(BEGINS)
    with tempfile.TemporaryDirectory() as data, clock.reading_from(hands):
        async with after_a_week(Path(data), hands) as (address, database), launched(chromium) as browser:
            async with open_page(browser, address, Watch(), width=360, height=1800, scale=2) as page:
                digest = await Phone(page, "Alice").hears("Your week")
                await digest.screenshot(path=folder / "digest-phone.png", animations="disabled")
            await database.write(hear_alerts_but_not_at_night)
            hands.turn(to=BEGINS.replace(hour=21) + timedelta(days=7))
            async with open_page(browser, address, Watch()) as page:
                bob = Phone(page, "Bob")
                for use in ("/use 2 pasta", "/use 2 canned tomatoes", "/use 6 eggs"):
                    await bob.send(use, "low now")
                await bob.send("/add 6 pasta", "enough again")
            async with SandboxClient(address) as phones:
                await _until_put_off(phones, 4)
            hands.turn(to=BEGINS.replace(hour=5, minute=30) + timedelta(days=8))
            async with open_page(browser, address, Watch(), width=360, height=640, scale=2) as page:
                await Phone(page, "Alice").hears("while it was quiet")
                await _shoot(page, folder / "quiet-phone.png")


async def _until_put_off(phones: SandboxClient, times: int) -> None:
    """Ask the bot why nothing came, until all of it waits for the morning."""
    for _ in range(20):
        asked = await phones.write(demo.ADMIN.telegram_id, "/why")
        answer = await phones.wait_for(demo.ADMIN.telegram_id, "", after=asked.id)
        if answer.text.count("until your quiet hours end") >= times:
            return


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
    asyncio.run(take_a_week(folder, chromium))
    return 0


if __name__ == "__main__":
    sys.exit(main())
