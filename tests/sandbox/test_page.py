"""The page with the phones."""

import json
import re

import pytest
from aiogram import Bot
from aiohttp import ClientSession

from sandbox.client import SandboxClient
from tests.sandbox.fetching import fetch


async def test_the_page_and_its_parts_come_from_the_sandbox_alone(base_url: str) -> None:
    page = await fetch(base_url)
    html = page.text
    assert page.content_type == "text/html"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    parts = re.findall(r'(?:src|href)="(/[\w.]+)"', html)
    assert sorted(parts) == ["/page.css", "/page.js"]
    for path, kind in [
        ("/page.css", "text/css"),
        ("/page.js", "text/javascript"),
        ("/text.js", "text/javascript"),
    ]:
        part = await fetch(f"{base_url}{path}")
        assert part.content_type == kind
        assert "innerHTML" not in part.text
        assert not re.search(r"(src|href|url|import)\W{1,3}https?://", part.text)


@pytest.mark.parametrize("name", ["StockbellDemoBot", "stockbelldemobot"])
async def test_a_deep_link_opens_the_page(base_url: str, name: str) -> None:
    answer = await fetch(f"{base_url}/{name}?start=ABCD2345")
    assert (answer.status, answer.content_type) == (200, "text/html")
    other = await fetch(f"{base_url}/OtherBot?start=ABCD2345")
    assert other.status == 404


async def test_the_page_hears_of_changes_at_once(
    sandbox: SandboxClient, bot: Bot, base_url: str, alice: int
) -> None:
    async with ClientSession() as session, session.get(f"{base_url}/control/events") as events:
        assert events.content_type == "text/event-stream"
        await events.content.readuntil(b"\n\n")
        await bot.send_chat_action(alice, "typing")
        sent = await bot.send_message(alice, "<b>Hi</b>", parse_mode="HTML")
        await bot.delete_message(alice, sent.message_id)
        heard = []
        for _ in range(3):
            line = await events.content.readuntil(b"\n\n")
            heard.append(json.loads(line.removeprefix(b"data: ")))
    assert [event["type"] for event in heard] == ["action", "message", "deleted"]
    assert {event["chat_id"] for event in heard} == {alice}
    assert heard[1]["message"]["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
