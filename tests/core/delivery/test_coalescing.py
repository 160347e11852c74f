"""When much happens at once, a chat hears the last word on each thing, and not each word."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session

from core.db import Database
from core.delivery import history
from core.delivery.dispatcher import Dispatcher
from core.inventory import stock
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import Watch, World


def set_milk(session: Session, home: World, thousandths: int) -> None:
    stock.patch(session, home.in_chat("bob"), home.home, home.milk, None, {"quantity": thousandths})


@pytest.mark.both_databases(long="postgresql")
async def test_many_changes_of_many_items_are_one_message_with_the_last_word_on_each(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    def storm(session: Session) -> None:
        world.listen_to(session, home.alice, "lowStock", "memberActivity")
        bob, items = home.in_chat("bob"), []
        for number in range(30):
            item = {"name": f"Tin {number:02}", "quantity": 9000, "unit": "pcs", "location": "pantry"}
            items.append(stock.add(session, bob, home.home, item).item.id)
        for _ in range(5):
            for item_id in items:
                stock.consume(session, bob, home.home, item_id, 1000)
        stock.consume(session, bob, home.home, home.milk, 3000)

    await database.write(storm)
    assert await dispatcher.run_once() == 1
    watch.advance(minutes=1)
    assert await dispatcher.run_once() == 0
    [(_, text)] = phones.received
    lines = text.splitlines()
    assert lines[0].startswith("Milk is running low: 1 l left"), "the worst comes first"
    assert lines[1] == "Tin 00: 4 pcs in pantry. 6 changes by Bob."
    assert len(lines) == 31
    again = await database.read(history.lines, home.in_chat("alice"), phones.calls[0].id)
    assert [line.latest.quantity for line in again if line.latest] == [1000, *[4000] * 30]
    rows = await database.read(world.deliveries_of, home.alice)
    assert rows.count(("telegram", "sent", None)) == 31
    assert rows.count(("telegram", "folded", None)) == 150


async def test_after_two_messages_in_ten_seconds_the_rest_comes_every_ten(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(world.listen_to, home.alice, "memberActivity")
    sent_at = []
    for second in range(60):
        await database.write(set_milk, home, 4000 + second)
        if await dispatcher.run_once():
            sent_at.append(second)
        watch.advance(seconds=1)
    assert sent_at == [0, 1, 11, 21, 31, 41, 51]
    assert "10 changes by Bob" in phones.received[-1][1]


@pytest.mark.only_postgresql
async def test_what_happens_while_a_message_is_made_does_not_overtake_what_was_put_off(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(world.listen_to, home.alice, "lowStock", "memberActivity")
    for thousandths in (1000, 5000):
        await database.write(set_milk, home, thousandths)
        await dispatcher.run_once()
        watch.advance(seconds=30)
    bread = {**world.milk_columns(), "name": "Bread"}
    await database.write(stock.add, home.in_chat("bob"), home.home, bread)
    meanwhile = iter([4000])

    def use_milk(*executed: Any) -> None:
        """Between catching up and folding, somebody else commits."""
        if "GROUP BY" in executed[2] and (thousandths := next(meanwhile, None)) is not None:
            database.write_now(set_milk, home, thousandths)

    listen(Engine, "before_cursor_execute", use_milk)
    try:
        await dispatcher.run_once()
    finally:
        remove(Engine, "before_cursor_execute", use_milk)
    assert next(meanwhile, None) is None, "it did happen meanwhile"
    watch.advance(minutes=15)
    await dispatcher.run_once()
    assert "\n".join(phones.of(1)).splitlines() == [
        "Milk is running low: 1 l left, the minimum is 2 l. Bob corrected it by -3.",
        "Bob added Bread: 4 l in fridge.",
        "There is enough Milk again: 4 l. 2 changes by Bob.",
    ]
