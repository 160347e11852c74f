"""The page with the phones, as people see and touch it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from playwright.async_api import Browser, ConsoleMessage, Dialog, Frame, Locator, Page, Response, expect

# The first answer of a test waits until the bot has started.
TIMEOUT_MS = 120_000


class Phone:
    """One phone of the page."""

    def __init__(self, page: Page, owner: str) -> None:
        self.root = page.get_by_role("region", name=f"{owner}'s phone")
        self.field = self.root.get_by_role("textbox", name=f"Message from {owner}")
        self.menu = self.root.get_by_role("button", name="Commands")
        self.commands = self.root.locator(".commands button")
        self.messages = self.root.locator(".message")

    async def start(self) -> Locator:
        """Press Start and return the bot's welcome."""
        await self.root.get_by_role("button", name="Start", exact=True).click()
        return await self.hears("Hello")

    async def send(self, text: str, answer: str) -> Locator:
        """Type a text, send it with Enter and return what the bot answered, which contains `answer`."""
        await self.field.fill(text)
        await self.field.press("Enter")
        return await self.hears(answer, after=text)

    async def hears(self, text: str, *, after: str | None = None) -> Locator:
        """Wait for a message of the bot that contains `text`, and return that very message.

        With `after`, only what follows the last message of this text that the person sent counts.
        """
        told = self.root.locator(".message:not(.mine)")
        if after is not None:
            sent = self.root.locator(".message.mine").filter(has_text=after).last
            told = sent.locator("xpath=following-sibling::*[not(contains(@class, 'mine'))]")
        newest = told.filter(has_text=text).last
        await expect(newest).to_be_visible(timeout=TIMEOUT_MS)
        return self.root.locator(f'[data-id="{await newest.get_attribute("data-id")}"]')


def button(message: Locator, label: str) -> Locator:
    """The button of this label under a message."""
    return message.get_by_role("button", name=label, exact=True)


async def press(message: Locator, label: str) -> None:
    """Press a button under a message and wait until the message says something else."""
    before = await message.text_content() or ""
    await button(message, label).click()
    await expect(message).not_to_have_text(before, timeout=TIMEOUT_MS)


async def press_until(message: Locator, label: str, text: str, most: int) -> None:
    """Press a button, at most so many times, until its message contains a text."""
    for _ in range(most):
        await press(message, label)
        if text in (await message.text_content() or ""):
            return
    raise AssertionError(f"after {most} presses it says {await message.inner_text()!r}, not {text!r}")


@dataclass
class Watch:
    """What went wrong in a page, and how often it was loaded."""

    loads: int = 0
    complaints: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("dialog", self._dialog)
        page.on("framenavigated", self._loaded)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"{dialog.type}: {dialog.message}")
        await dialog.dismiss()

    def _loaded(self, _frame: Frame) -> None:
        self.loads += 1

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")


@contextlib.asynccontextmanager
async def open_page(
    browser: Browser, address: str, watch: Watch, *, width: int = 1280, height: int = 800, scale: float = 1
) -> AsyncIterator[Page]:
    """Open the phones in a window of so many CSS pixels; `scale` is the screen's pixels to one of them."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(TIMEOUT_MS)
    async with context:
        page = await context.new_page()
        watch.follow(page)
        await page.goto(address)
        yield page
