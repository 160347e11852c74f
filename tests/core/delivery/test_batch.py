"""After a quiet time one line says what it came to: each alert once, and those that are solved."""

from datetime import UTC, datetime

import pytest

from core.db import Database
from core.delivery.dispatcher import Dispatcher
from core.inventory import stock
from tests.core.hearing import QUIET, add_items, drain, set_quantity, settings
from tests.core.phones import Phones
from tests.core.world import Watch, World

NIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)
# 7:30 in Berlin.
MORNING = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


@pytest.fixture
def home(home: World, watch: Watch) -> World:
    """Everybody, a moment later: what comes now is newer than how they began."""
    watch.advance(seconds=1)
    return home


async def test_what_was_known_to_be_low_and_is_enough_again_is_solved(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    [bread] = await database.write(add_items, home, "Bread")
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    phones.received.clear()
    await database.write(settings, home, QUIET)
    watch.now = NIGHT
    await database.write(set_quantity, home, home.milk, 5000)
    await database.write(set_quantity, home, bread, 1000)
    await drain(dispatcher, watch)
    watch.now = MORNING
    await drain(dispatcher, watch)
    [text] = phones.of(1)
    assert text.startswith("2 alerts while it was quiet, 1 already solved.")


async def test_what_waits_a_little_longer_because_it_is_known_is_counted_only_then(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    [bread] = await database.write(add_items, home, "Bread")
    await database.write(settings, home, {**QUIET, "quiet_end": "22:10"})
    # 21:59 and 22:05 in Berlin.
    watch.now = datetime(2026, 3, 1, 20, 59, tzinfo=UTC)
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    phones.received.clear()
    watch.now = datetime(2026, 3, 1, 21, 5, tzinfo=UTC)
    await database.write(set_quantity, home, home.milk, 5000)
    await database.write(set_quantity, home, bread, 1000)
    await drain(dispatcher, watch)
    watch.now = datetime(2026, 3, 1, 21, 10, tzinfo=UTC)
    await drain(dispatcher, watch)
    watch.now = datetime(2026, 3, 1, 21, 20, tzinfo=UTC)
    await drain(dispatcher, watch)
    assert [text.splitlines()[0] for text in phones.of(1)] == [
        "1 alert while it was quiet.",
        "1 alert while it was quiet, 1 already solved.",
    ]


async def test_what_alice_did_herself_since_is_no_news_in_the_morning(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    [bread] = await database.write(add_items, home, "Bread")
    await database.write(settings, home, QUIET)
    watch.now = NIGHT
    for item_id in (home.milk, bread):
        await database.write(set_quantity, home, item_id, 1000)
    await drain(dispatcher, watch)
    await database.write(stock.restock, home.in_chat("alice"), home.home, home.milk, 4000)
    watch.now = MORNING
    await drain(dispatcher, watch)
    [text] = phones.of(1)
    assert text.splitlines()[0] == "1 alert while it was quiet."
    assert "Milk" not in text
