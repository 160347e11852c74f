"""What somebody knows is not told again, and what changed back before they heard of it not at all."""

import pytest
from sqlalchemy.orm import Session

from core import pruning
from core.db import Database, table
from core.delivery.dispatcher import Dispatcher
from core.inventory import csv_items, imports, stock
from core.models import Delivery
from core.operations import retention
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import Watch, World


def set_milk(session: Session, home: World, thousandths: int) -> None:
    stock.patch(session, home.in_chat("bob"), home.home, home.milk, None, {"quantity": thousandths})


async def test_an_item_that_flaps_is_announced_once_in_a_quarter_of_an_hour(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    for _ in range(14):
        await database.write(set_milk, home, 1000)
        await dispatcher.run_once()
        watch.advance(seconds=30)
        await database.write(set_milk, home, 5000)
        await dispatcher.run_once()
        watch.advance(seconds=30)
    assert len(phones.received) == 1
    watch.advance(minutes=1)
    await dispatcher.run_once()
    assert [text.split(":")[0] for _, text in phones.received] == [
        "Milk is running low",
        "There is enough Milk again",
    ]


async def test_what_got_worse_is_told_at_once(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(set_milk, home, 1000)
    await dispatcher.run_once()
    watch.advance(seconds=2)
    await database.write(set_milk, home, 0)
    await dispatcher.run_once()
    assert [text.split(".")[0] for _, text in phones.received][1] == "Milk is out of stock"


async def test_what_was_put_off_is_not_told_after_something_newer(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    for thousandths in (1000, 5000, 0):
        await database.write(set_milk, home, thousandths)
        await dispatcher.run_once()
        watch.advance(minutes=1)
    watch.advance(hours=1)
    await dispatcher.run_once()
    assert [text.split(":")[0] for _, text in phones.received] == [
        "Milk is running low",
        "Milk is out of stock. 2 changes by Bob.",
    ]


async def test_activity_waits_for_the_alert_about_the_same_item_that_was_put_off(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(world.listen_to, home.alice, "lowStock", "memberActivity")
    for thousandths in (1000, 5000, 4000):
        await database.write(set_milk, home, thousandths)
        await dispatcher.run_once()
        watch.advance(minutes=1)
    watch.advance(minutes=15)
    await dispatcher.run_once()
    assert [text.split(".")[0] for _, text in phones.received] == [
        "Milk is running low: 1 l left, the minimum is 2 l",
        "There is enough Milk again: 4 l",
    ]


async def test_an_alert_that_was_told_with_later_activity_was_told(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(world.listen_to, home.alice, "lowStock", "memberActivity")
    await database.write(set_milk, home, 1000)
    await database.write(set_milk, home, 900)
    await dispatcher.run_once()
    watch.advance(minutes=16)
    await database.write(set_milk, home, 5000)
    await dispatcher.run_once()
    assert [text.split(":")[0] for _, text in phones.received] == [
        "Milk is running low",
        "There is enough Milk again",
    ]


async def test_what_solved_itself_before_anybody_heard_is_not_told(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones
) -> None:
    await database.write(set_milk, home, 1000)
    await database.write(set_milk, home, 5000)
    assert await dispatcher.run_once() == 0
    assert phones.calls == []
    rows = await database.read(world.deliveries_of, home.alice)
    assert rows.count(("telegram", "superseded", "solved")) == 2


async def test_what_went_and_came_back_to_what_alice_knows_is_not_told_again(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(set_milk, home, 1000)
    await dispatcher.run_once()
    await database.write(set_milk, home, 5000)
    await database.write(set_milk, home, 1500)
    watch.advance(minutes=16)
    await dispatcher.run_once()
    assert len(phones.received) == 1
    rows = await database.read(world.deliveries_of, home.alice)
    assert rows.count(("telegram", "superseded", "known")) == 2


async def test_what_alice_did_in_the_chat_she_knows(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    def alice_sets(session: Session, thousandths: int) -> None:
        values = {"quantity": thousandths}
        stock.patch(session, home.in_chat("alice"), home.home, home.milk, None, values)

    await database.write(set_milk, home, 1000)
    await dispatcher.run_once()
    await database.write(alice_sets, 5000)
    watch.advance(hours=1)
    for thousandths in (1000, 5000, 1500):
        await database.write(set_milk, home, thousandths)
    await dispatcher.run_once()
    assert len(phones.of(1)) == 2, "that it is low again is news"
    await database.write(alice_sets, 5000)
    await database.write(alice_sets, 1000)
    watch.advance(hours=1)
    await database.write(set_milk, home, 5000)
    await dispatcher.run_once()
    assert [text.split(":")[0] for text in phones.of(1)] == [
        "Milk is running low",
        "Milk is running low",
        "There is enough Milk again",
    ]


@pytest.mark.parametrize("how", ["from a summary", "long ago"])
async def test_that_there_is_enough_again_is_told_where_nothing_says_that_it_was_not_known(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch, how: str
) -> None:
    if how == "from a summary":
        file = csv_items.read(b"name,quantity,unit,location,minQuantity\nMilk,1,l,fridge,2")
        await database.write(imports.carry_out, home.on_web("bob"), home.home, file)
    else:
        await database.write(set_milk, home, 1000)
    await dispatcher.run_once()
    assert len(phones.of(1)) == 1
    watch.advance(days=31)
    await database.write(pruning.delete_old, table(Delivery).c.settled_at, retention.KEPT)
    await database.write(set_milk, home, 5000)
    await dispatcher.run_once()
    assert [text.split(":")[0] for text in phones.of(1)][1:] == ["There is enough Milk again"]
