"""What somebody follows, and their own minimums, decide what they hear of an item."""

import pytest
from sqlalchemy.orm import Session

from core.db import Database
from core.delivery.dispatcher import Dispatcher
from core.inventory import stock
from core.models import Scope, WatchLevel
from core.settings import watching
from tests.core.hearing import add_items, drain, set_quantity, settings
from tests.core.phones import Phones
from tests.core.world import Watch, World


@pytest.fixture
def home(home: World, watch: Watch) -> World:
    """Everybody, a moment later: what comes now is newer than how they began."""
    watch.advance(seconds=1)
    return home


async def test_who_follows_a_place_or_category_hears_what_is_removed_from_it(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    def change_and_remove(session: Session) -> None:
        who = home.in_chat("bob")
        stock.patch(session, who, home.home, home.milk, None, {"location": "Cellar", "category": "Drinks"})
        stock.remove(session, who, home.home, home.milk)

    alice, follow = home.on_web("alice"), {"level": WatchLevel.FOLLOW}
    await database.write(settings, home, {"topics": []})
    [bread, eggs] = await database.write(add_items, home, "Bread", "Eggs")
    await database.write(watching.put, alice, home.home, Scope.LOCATION, "fridge", follow)
    await database.write(watching.put, alice, home.home, Scope.CATEGORY, "drinks", follow)
    mute = {"level": WatchLevel.MUTE}
    await database.write(watching.put, alice, home.home, Scope.ITEM, str(eggs), mute)
    await drain(dispatcher, watch)
    phones.received.clear()
    await database.write(change_and_remove)
    for item in (bread, eggs):
        await database.write(stock.remove, home.in_chat("bob"), home.home, item)
    await drain(dispatcher, watch)
    told = "\n".join(phones.of(1))
    assert "Milk" in told
    assert "Bread" in told
    assert "Eggs" not in told


async def test_with_a_minimum_of_0_of_her_own_alice_hears_only_that_it_is_out(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    own = {"min_quantity": 0}
    await database.write(watching.put, home.on_web("alice"), home.home, Scope.ITEM, str(home.milk), own)
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    assert phones.of(1) == []
    await database.write(set_quantity, home, home.milk, 0)
    await drain(dispatcher, watch)
    [text] = phones.of(1)
    assert text.startswith("Milk is out of stock.")
