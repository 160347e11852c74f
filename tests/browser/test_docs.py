"""The docs page in a browser, which tells when its policy forbids something that the page needs."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.phones import TIMEOUT_MS, Watch
from tests.stories.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_somebody_tries_a_call_on_the_docs_page_without_the_internet(
    chromium: Browser, town: Town, watch: Watch
) -> None:
    page, asked = await chromium.new_page(), list[str]()
    watch.follow(page)
    page.on("request", lambda request: asked.append(request.url))
    try:
        await page.goto(f"{town.api}/docs")
        await page.get_by_text("/health", exact=True).click(timeout=TIMEOUT_MS)
        await page.get_by_role("button", name="Try it out").click()
        await page.get_by_role("button", name="Execute").click()
        await expect(page.locator(".live-responses-table")).to_contain_text('"status": "ok"')
        await page.get_by_role("button", name="Authorize").first.click()
        await expect(page.get_by_role("heading", name="Available authorizations")).to_be_visible()
    finally:
        await page.close()
    assert not watch.complaints
    assert [url for url in asked if not url.startswith((town.api, "data:"))] == []
