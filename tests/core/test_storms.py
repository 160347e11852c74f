"""When much happens at once, a chat hears the last word on each thing, and not each word."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session

from core.db import Database
from core.delivery import history
from core.delivery.dispatcher import Dispatcher
from core.inventory import csv_items, imports, stock
from core.operations import retention
from core.wording.channels import DeliveryError
from core.wording.outcomes import Failure
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import ALICE, Watch, World


def set_milk(session: Session, home: World, thousandths: int) -> None:
    stock.patch(session, home.in_chat("bob"), home.home, home.milk, None, {"quantity": thousandths})


@pytest.mark.both_databases
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
    await database.write(retention.prune_deliveries)
    await database.write(set_milk, home, 5000)
    await dispatcher.run_once()
    assert [text.split(":")[0] for text in phones.of(1)][1:] == ["There is enough Milk again"]


async def test_an_outage_of_a_day_loses_nothing_and_is_probed_every_five_seconds(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    def crowd(session: Session) -> list[world.World]:
        return [world.build_another(session, number) for number in range(4)]

    homes = await database.write(crowd)
    phones.down = DeliveryError(Failure.CLEAN, "no connection")
    calls_at: list[timedelta] = []
    began = watch()
    for step in range(24 * 12 - 1):
        for number, other in enumerate(homes):
            if step == number * 60:
                bob = other.in_chat("bob")
                await database.write(stock.consume, bob, other.home, other.milk, 3000)
        for _ in range(3):
            before = len(phones.calls) + phones.probes
            await dispatcher.run_once()
            calls_at += [watch() - began] * (len(phones.calls) + phones.probes - before)
            watch.advance(seconds=5)
        watch.advance(seconds=285)
    assert phones.received == []
    open_since = calls_at[1]
    probes = [at for at in calls_at if at > open_since]
    assert all(later - earlier >= timedelta(seconds=5) for earlier, later in pairwise(probes))

    phones.down = None
    for _ in range(10):
        await dispatcher.run_once()
        watch.advance(seconds=5)
    alices = [text for _, text in phones.received if "running low" in text]
    assert len(alices) == 4, "each household's alert arrives, the oldest first"
    assert phones.received[0][0] == homes[0].phone


async def test_a_chat_that_fails_alone_does_not_stop_the_others(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.CLEAN, "503")] * 2
    await database.write(set_milk, home, 1000)
    await dispatcher.run_once()
    watch.advance(seconds=1)
    await dispatcher.run_once()
    watch.advance(seconds=5)
    assert await dispatcher.run_once() == 1
    assert phones.of(ALICE.telegram_id) != []
