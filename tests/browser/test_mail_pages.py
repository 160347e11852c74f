"""The pages of this server in a browser, which tells when their policy forbids something they need."""

from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from tests.browser.phones import TIMEOUT_MS, Watch
from tests.stories.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = ("", "verify-email?token=none", "unsubscribe?token=none", "forgot-password")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_fit_a_small_phone_and_their_buttons_work(
    chromium: Browser, town: Town, watch: Watch, scheme: Literal["light", "dark"]
) -> None:
    context = await chromium.new_context(
        viewport={"width": 360, "height": 640}, color_scheme=scheme, java_script_enabled=False
    )
    context.set_default_timeout(TIMEOUT_MS)
    async with context:
        page = await context.new_page()
        watch.follow(page)
        for name in PAGES:
            await page.goto(f"{town.api}/{name}")
            card = await page.locator("main").bounding_box()
            assert card is not None
            assert 0 <= card["x"] < card["x"] + card["width"] <= 360
        assert not watch.complaints
        await page.goto(f"{town.api}/verify-email?token=none")
        background = await page.locator("main").evaluate("main => getComputedStyle(main).backgroundColor")
        assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(19, 31, 37)"}[scheme]
        await page.get_by_role("button", name="Confirm this address").click()
        await expect(page.get_by_role("alert")).to_contain_text("This link is wrong")
        assert page.url == f"{town.api}/verify-email", "the token is in the address no more"
