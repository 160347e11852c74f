"""The page with the phones, as a person sees and touches it."""

from dataclasses import dataclass, field

from playwright.async_api import ConsoleMessage, Frame, Locator, Page, Response, expect

# The first answer of a test waits for the bot to start.
TIMEOUT_MS = 20_000
MINUS = "−1"


class Phone:
    """One phone of the page."""

    def __init__(self, page: Page, owner: str) -> None:
        self.root = page.get_by_role("region", name=f"{owner}'s phone")
        self.field = self.root.get_by_role("textbox", name=f"Message from {owner}")
        self.messages = self.root.locator(".message")
        self.menu = self.root.get_by_role("button", name="Commands")
        self.commands = self.root.locator(".commands button")

    @property
    def newest(self) -> Locator:
        return self.messages.last

    def saying(self, text: str) -> Locator:
        """The messages of the bot that contain a text."""
        return self.root.locator(".message:not(.mine)").filter(has_text=text)

    async def send(self, text: str, answer: str) -> Locator:
        """Type and send; return the bot's answer, which is the newest message and contains `answer`."""
        await self.field.fill(text)
        await self.field.press("Enter")
        return await self.answered(text, answer)

    async def answered(self, text: str, answer: str) -> Locator:
        """Wait for a message that follows what the person wrote and contains `answer`."""
        mine = self.root.locator(".message.mine").filter(has_text=text).last
        reply = mine.locator("xpath=following-sibling::*[contains(@class, 'message')]").filter(has_text=answer)
        await expect(reply.last).to_be_visible(timeout=TIMEOUT_MS)
        number = await reply.last.get_attribute("data-id")
        return self.root.locator(f'.message[data-id="{number}"]')


async def press(message: Locator, label: str) -> None:
    """Press a button under a message and wait until the bot has answered."""
    button = message.get_by_role("button", name=label, exact=True)
    await button.click()
    await expect(message.locator('[aria-busy="true"]')).to_have_count(0, timeout=TIMEOUT_MS)


async def press_until(message: Locator, label: str, text: str, most: int) -> None:
    """Press a button again and again, at most so often, until its message contains a text."""
    for _ in range(most):
        before = await message.inner_text()
        await press(message, label)
        await expect(message).not_to_have_text(before)
        if text in await message.inner_text():
            return
    raise AssertionError(f"after {most} presses it does not say {text!r}: {await message.inner_text()}")


@dataclass
class Watch:
    """What goes wrong in a page, and how often it was loaded."""

    loads: int = 0
    complaints: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._response)
        page.on("framenavigated", self._navigated)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def _navigated(self, _frame: Frame) -> None:
        self.loads += 1
