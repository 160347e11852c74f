"""What Alice hears, chosen on her phone and on the web at the same time: each shows what the other did."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from tests.stories.conftest import ALICE
from tests.stories.test_main_story import link_from_chat
from tests.stories.town import Town, screen_of
from tests.support.people import Person

SETTINGS = "/notifications/settings"


@contextlib.asynccontextmanager
async def alice_in(town: Town) -> AsyncIterator[Person]:
    """Let Alice have an account and link her phone to it."""
    async with Person(town.api, "Alice") as alice:
        await alice.register()
        await link_from_chat(town.phones, ALICE, alice)
        yield alice


async def test_the_chat_and_the_web_show_what_the_other_changed(town: Town) -> None:
    phones = town.phones
    async with alice_in(town) as alice:
        sent = await phones.write(ALICE, "/settings")
        menu = await phones.wait_for(ALICE, "Expiry warnings: 3 days before", after=sent.id)

        await alice.put(SETTINGS, {"preferences": {"expirationWarningDays": 14}})
        edited = await phones.wait_for(ALICE, "Expiry warnings: 14 days before", after=sent.id)
        assert edited.id == menu.id

        async with screen_of(alice) as screen:
            await phones.press(ALICE, menu.id, "Expiry warnings")
            page = await phones.wait_for(ALICE, lambda seen: "✓ 14" in seen.labels())
            await phones.press(ALICE, page.id, "30")
            told = await screen.wait_for("settings.updated")
            assert told["payload"]["settings"]["preferences"]["expirationWarningDays"] == 30


async def test_however_both_are_tapped_the_menu_ends_with_what_holds(town: Town) -> None:
    phones = town.phones
    async with alice_in(town) as alice:
        sent = await phones.write(ALICE, "/settings warn 5")
        menu = await phones.wait_for(ALICE, lambda seen: "✓ 5" in seen.labels(), after=sent.id)

        async def on_the_web() -> None:
            for days in (1, 2, 7, 14) * 3:
                await alice.put(SETTINGS, {"preferences": {"expirationWarningDays": days}})

        async def in_the_chat() -> None:
            for days in ("3", "30"):
                await phones.press(ALICE, menu.id, f"swarn:{days}")

        await asyncio.gather(on_the_web(), in_the_chat())
        await phones.wait_for(ALICE, lambda seen: seen.id == menu.id and len(seen.answers) == 2)
        days = (await alice.get(SETTINGS))["preferences"]["expirationWarningDays"]
        await phones.wait_for(ALICE, lambda seen: seen.id == menu.id and f"✓ {days}" in seen.labels())
