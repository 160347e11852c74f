"""The page itself: the command menu, strange names, the keyboard, a narrow window."""

import pytest
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from playwright.async_api import Page, expect

from bot.client import create_bot
from core.wording import drawing
from stockbell import demo
from tests.browser.phones import Phone, button, press
from tests.stories.town import Town
from tests.support.charts import WEEK

pytestmark = pytest.mark.asyncio(loop_scope="session")

STRANGE = "<b>חלב</b> 🥛 <img src=x onerror=alert(1)> *_&amp;_*"
# What reaches out of the window, apart from what the page clips on purpose.
OUTSIDE = """() => [...document.querySelectorAll("body *")].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width && (left < -0.5 || right > innerWidth + 0.5);
}).map((element) => element.outerHTML.slice(0, 120))"""


async def focus_on(page: Page, wanted: str, key: str = "Tab", most: int = 40) -> None:
    """Press Tab until the element that has this name for a screen reader has the focus."""
    for _ in range(most):
        await page.keyboard.press(key)
        focused = page.locator(":focus")
        name = await focused.get_attribute("aria-label") or await focused.text_content()
        if name == wanted:
            return
    raise AssertionError(f"{key} does not lead to {wanted!r}")


async def test_the_command_menu_shows_what_the_bot_understands_and_sends_it(alice: Phone) -> None:
    await alice.menu.click()
    await expect(alice.commands.filter(has_text="/stock")).to_contain_text("What there is")
    await alice.field.press("Escape")
    await expect(alice.commands.first).to_be_hidden()

    await alice.field.press_sequentially("/ex")
    await expect(alice.commands).to_have_text(
        [r"/expiringWhat expires soon", "/expiresSet a date: /expires 24 Dec milk"]
    )
    await alice.commands.first.click()
    await alice.hears("Spinach", after="/expiring")
    await expect(alice.commands.first).to_be_hidden()
    await expect(alice.field).to_have_value("")


async def test_names_are_shown_as_they_were_typed(alice: Phone, bob: Phone) -> None:
    card = await bob.send(f"/add 2 l {STRANGE}", "2 l")
    await expect(card.get_by_text(STRANGE, exact=True)).to_be_visible()
    await bob.send(f"/min 2 {STRANGE}", "Minimum 2 l")
    await bob.send(f"/use 1 {STRANGE}", "low now")
    alert = await alice.hears("is running low")
    await expect(alert.get_by_text(STRANGE, exact=True)).to_be_visible()
    await expect(alice.root.locator(".log img")).to_have_count(0)
    await expect(bob.root.locator(".log img")).to_have_count(0)


async def test_bob_needs_no_mouse(page: Page, alice: Phone, bob: Phone) -> None:
    await bob.hears("Maple Street 12")
    await focus_on(page, "Message from Bob")
    await page.keyboard.type("/use 2 milk")
    await page.keyboard.press("Enter")
    card = await bob.hears("Used 2 l", after="/use 2 milk")
    await expect(bob.field).to_be_focused()

    await focus_on(page, "−1", key="Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(card).to_contain_text("low now")
    await expect(button(card, "−1")).to_be_focused()
    await alice.hears("Milk is running low")


@pytest.mark.parametrize("page", [(360, 640)], indirect=True)
async def test_on_a_narrow_window_one_phone_fills_it(page: Page, alice: Phone, bob: Phone) -> None:
    await expect(alice.root).to_be_visible()
    await expect(bob.root).to_be_hidden()
    await alice.send(f"/add 2 l {'Marmelade' * 12}", "2 l")
    await alice.send("/stock", "Milk")
    assert await page.evaluate(OUTSIDE) == []

    tabs = page.get_by_role("navigation", name="Phones")
    await tabs.get_by_role("button", name="Bob").click()
    await expect(alice.root).to_be_hidden()
    card = await bob.send("/use 3 milk", "low now")
    await expect(card).to_be_in_viewport()
    await expect(tabs.get_by_role("button", name="Alice")).to_have_text("Alice1")
    await press(card, "Details")
    assert await page.evaluate(OUTSIDE) == []

    await tabs.get_by_role("button", name="Alice").click()
    await expect(await alice.hears("Milk is running low")).to_be_in_viewport()
    await expect(tabs.get_by_role("button", name="Alice")).to_have_text("Alice")


@pytest.mark.parametrize("page", [(360, 640)], indirect=True)
async def test_a_picture_fills_its_bubble_on_a_narrow_window(page: Page, town: Town, alice: Phone) -> None:
    keys = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Stock", callback_data="x")]])
    picture = BufferedInputFile(drawing.png(WEEK), "chart.png")
    async with create_bot(town.settings) as bot:
        await bot.send_photo(demo.ADMIN.telegram_id, picture, caption="<b>Your week</b>", reply_markup=keys)
    digest = await alice.hears("Your week")
    shown = digest.get_by_role("img", name="Photo")
    await expect(shown).to_be_in_viewport(ratio=1)
    [wide, high] = await shown.evaluate("image => [image.clientWidth, image.clientHeight]")
    assert wide > 360 * 0.75
    assert wide / high == pytest.approx(1.5, rel=0.01)
    await expect(button(digest, "Stock")).to_be_in_viewport()
    assert await page.evaluate(OUTSIDE) == []


async def test_after_a_reload_the_chats_are_as_they_were(page: Page, bob: Phone) -> None:
    await bob.send("/use 3 milk", "low now")
    before = await bob.messages.all_inner_texts()
    await page.reload()
    await expect(bob.messages).to_have_count(len(before))
    assert await bob.messages.all_inner_texts() == before
