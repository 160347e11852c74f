"""What a newcomer tries first, in the browser."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.phones import Phone, Watch, button, press, press_until
from tests.stories.town import Town
from tests.support.people import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_charlie_begins_with_nothing_and_is_told_that_the_milk_is_gone(charlie: Phone) -> None:
    welcome = await charlie.start()
    await press(welcome, "Create a household")
    await expect(welcome).to_contain_text("Charlie's Home is yours")

    await charlie.send("/add 3 l milk", "3 l")
    await charlie.send("/min 2 milk", "Minimum 2 l")
    card = await charlie.send("milk", "3 l")
    await press_until(card, "−1", "low now", most=2)
    await press_until(card, "−1", "out of stock", most=1)
    await expect(card).to_contain_text("0 l")


async def test_bob_presses_until_the_alert_rings_on_alices_phone(
    alice: Phone, bob: Phone, charlie: Phone, watch: Watch
) -> None:
    stock = await bob.send("/stock", "Milk")
    number = re.search(r"(\d+)\. Milk:", await stock.inner_text())
    assert number
    await button(stock, number[1]).click()
    card = await bob.hears("4 l · fridge", after="/stock")
    await expect(alice.messages.filter(has_text="running low")).to_have_count(0)

    await press_until(card, "−1", "low now", most=3)
    alert = await alice.hears("Milk is running low: 1 l left")
    await expect(alert).to_contain_text("Bob")

    await press(card, "−1")
    await alice.hears("Milk is out of stock")
    await expect(charlie.messages).to_have_count(0)
    assert watch.loads == 1, "it arrived without a reload"


async def test_a_link_from_the_web_opens_the_chat_on_the_phone_that_charlie_chooses(
    town: Town, page: Page, alice: Phone, charlie: Phone
) -> None:
    await alice.hears("Maple Street 12")
    async with Person(town.api, "Charlie") as web:
        await web.register()
        made = await web.post("/telegram/generate-link-code")
        await page.goto(made["deepLink"])
        asked = page.get_by_role("dialog", name="Whose phone opens this link?")
        await asked.get_by_role("button", name="Charlie").click()

        question = await charlie.hears("Link this chat with the account of Charlie")
        await press(question, "Yes, link it")
        await expect(question).to_contain_text("belongs to Charlie")
        assert (await web.get("/telegram/link-status"))["linked"] is True


async def test_a_code_from_the_chat_links_it_and_the_chat_says_so_at_once(
    town: Town, charlie: Phone, watch: Watch
) -> None:
    welcome = await charlie.start()
    await press(welcome, "I have an account")
    code = await welcome.locator("code").inner_text()
    async with Person(town.api, "Charlie") as web:
        await web.register()
        await web.post("/notifications/telegram/link", {"verificationCode": code})
    await charlie.hears("linked")
    assert watch.loads == 1
