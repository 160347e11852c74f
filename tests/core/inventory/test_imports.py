"""Imports below the web: who is told what, the events, and how many statements they take."""

import asyncio
import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import Database, table
from core.delivery import inbox
from core.delivery.dispatcher import Dispatcher
from core.errors import Invalid
from core.events import streams
from core.households import members
from core.inventory import catalog, csv_items, imports, stock
from core.inventory.csv_items import ItemsFile
from core.models import Item, Role, Scope, Topic, WatchLevel
from core.settings import watching
from core.wording.sentences import sentence
from tests.core import world
from tests.core.hearing import QUIET, drain, settings
from tests.core.phones import Phones
from tests.core.world import Watch, World

ALICE = world.ALICE.telegram_id


def listing(*lines: str) -> ItemsFile:
    return csv_items.read("\n".join(("name,quantity,unit,location,minQuantity", *lines)).encode())


async def import_by_bob(database: Database, home: World, *lines: str) -> None:
    await database.write(imports.carry_out, home.on_web("bob"), home.home, listing(*lines))


def watch_milk(session: Session, home: World, values: Any) -> None:
    watching.put(session, home.on_web("alice"), home.home, Scope.ITEM, str(home.milk), values)


async def inbox_of(database: Database, who: Actor) -> list[str]:
    page = await database.read(inbox.read, who, 50, 0)
    return [sentence(entry.event) for entry in page.entries if entry.topic != "account"]


async def chats_told(database: Database, home: World, name: str) -> int:
    told = await database.read(world.deliveries_of, getattr(home, name))
    return sum(channel == "telegram" and state != "skipped" for channel, state, _ in told)


async def test_bobs_chat_is_told_once_of_three_hundred_and_alices_not_at_all(
    database: Database, home: World
) -> None:
    for person in (home.alice, home.bob, home.charlie):
        await database.write(world.listen_to, person, "memberActivity")
    file = listing(*(f"Item {number},0,pcs,pantry,1" for number in range(300)))
    await database.write(imports.carry_out, home.on_web("alice"), home.home, file)
    assert await chats_told(database, home, "bob") == 1
    assert await inbox_of(database, home.on_web("bob")) == ["Alice imported a list of items: 300 new."]
    for name in ("alice", "charlie"):
        assert await chats_told(database, home, name) == 0
        assert await inbox_of(database, home.on_web(name)) == []


async def test_what_runs_low_or_out_by_an_import_is_named_to_who_asked(
    database: Database, home: World
) -> None:
    await database.write(imports.carry_out, home.on_web("alice"), home.home, listing("Tea,5,pcs,pantry,2"))
    file = listing("Milk,1,l,fridge,2", "Tea,0,pcs,pantry,2", "Salt,0,pcs,pantry,1")
    await database.write(imports.carry_out, home.on_web("alice"), home.home, file)
    told = "Alice imported a list of items: 1 new and 2 changed. Low or out of stock now: Tea, Milk."
    assert await inbox_of(database, home.on_web("bob")) == [told]
    # On the web the answer told her so already.
    assert await inbox_of(database, home.on_web("alice")) == []
    assert await chats_told(database, home, "alice") == 1


async def test_who_hears_only_of_the_milk_that_she_follows_is_told_that_it_is_out(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(settings, home, {"topics": []})
    await database.write(watch_milk, home, {"level": WatchLevel.FOLLOW})
    await import_by_bob(database, home, "Tea,5,pcs,pantry,2")
    await import_by_bob(database, home, "Tea,0,pcs,pantry,2", "Milk,0,l,fridge,2")
    await drain(dispatcher, watch)
    named = "Bob imported a list of items: 2 changed. Low or out of stock now: Milk."
    assert phones.of(ALICE) == [named]
    await import_by_bob(database, home, "Tea,1,pcs,pantry,2", "Milk,1,l,fridge,2")
    assert await inbox_of(database, home.on_web("alice")) == [
        "Bob imported a list of items: 2 changed.",
        named,
    ]


async def test_milk_is_low_by_an_import_below_her_own_minimum(database: Database, home: World) -> None:
    await database.write(watch_milk, home, {"min_quantity": 3500})
    for quantity in (3, 1):
        await import_by_bob(database, home, f"Milk,{quantity},l,fridge,2")
        assert await inbox_of(database, home.on_web("alice")) == [
            "Bob imported a list of items: 1 changed. Low or out of stock now: Milk."
        ]


async def test_what_she_muted_is_not_named_and_with_nothing_else_in_it_no_news(
    database: Database, home: World
) -> None:
    await database.write(settings, home, {"topics": [Topic.LOW_STOCK, Topic.MEMBER_ACTIVITY]})
    await database.write(watch_milk, home, {"level": WatchLevel.MUTE})
    await import_by_bob(database, home, "Milk,1,l,fridge,2")
    assert await inbox_of(database, home.on_web("alice")) == []
    await import_by_bob(database, home, "Milk,0,l,fridge,2", "Tea,5,pcs,pantry,2")
    assert await inbox_of(database, home.on_web("alice")) == [
        "Bob imported a list of items: 1 new and 1 changed."
    ]


async def test_only_a_critical_item_that_is_out_by_an_import_is_told_at_night(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await import_by_bob(database, home, "Insulin,5,pcs,fridge,2", "Milk,4,l,fridge,2")
    bob = home.on_web("bob")
    found = await database.read(catalog.everything, bob, home.home)
    [insulin] = [item.id for item in found if item.name == "Insulin"]
    await database.write(stock.patch, bob, home.home, insulin, None, {"critical": True})
    await database.write(settings, home, QUIET)
    watch.advance(hours=12)
    await import_by_bob(database, home, "Insulin,1,pcs,fridge,2")
    await drain(dispatcher, watch)
    assert phones.of(ALICE) == []
    await import_by_bob(database, home, "Milk,1,l,fridge,2", "Insulin,0,pcs,fridge,2")
    await drain(dispatcher, watch)
    [text] = phones.of(ALICE)
    assert "Low or out of stock now: Insulin, Milk." in text


async def test_versions_movements_and_events_agree(database: Database, home: World) -> None:
    room = streams.of_household(home.home)
    before = (await database.read(streams.positions, [room]))[room].seq
    who = home.on_web("bob")
    file = listing("Tea,1,pcs,pantry,", "Milk,3,l,fridge,2", "Salt,1,pcs,pantry,")
    steps = await database.write(imports.carry_out, who, home.home, file)
    await database.write(imports.carry_out, who, home.home, listing("milk,3,l,FRIDGE,2"))
    await database.write(imports.carry_out, who, home.home, listing("milk,3,l,fridge,2"))
    assert [str(step.action) for step in steps] == ["add", "update", "add"]

    entries = await database.read(streams.read_after, {room: before})
    assert [entry.seq for entry in entries] == list(range(before + 1, before + 6))
    details = await database.read(catalog.details, who, home.home, home.milk)
    assert [entry.kind for entry in details.history] == ["moved", "updated", "adjusted", "added"]
    assert [entry.delta for entry in details.history] == [0, 0, -1000, 4000]
    assert details.item.version == entries[-1].payload["item"]["version"] == 4
    assert entries[-1].payload["previous_location"] == "FRIDGE"
    assert (details.item.name, details.item.location) == ("milk", "fridge")

    renamed = csv_items.read(f"id,name,quantity\n{home.milk},Oat MILK,3\n".encode())
    [step] = await database.write(imports.carry_out, who, home.home, renamed)
    assert (step.item_id, await database.read(key_of_milk, home)) == (home.milk, "oat milk")


def key_of_milk(session: Session, home: World) -> str:
    query = select(table(Item).c.name_key).where(table(Item).c.id == home.milk)
    return str(session.execute(query).scalar_one())


async def test_a_wrong_line_at_the_end_leaves_everything_as_it_was(database: Database, home: World) -> None:
    file = listing("Tea,1,pcs,pantry,", "Milk,3,l,fridge,2", "Tea,2,pcs,pantry,")
    with pytest.raises(Invalid, match="Line 4: Lines 2 and 4 mean the same item"):
        await database.write(imports.carry_out, home.on_web("bob"), home.home, file)
    found = await database.read(catalog.everything, home.on_web("bob"), home.home)
    assert [(item.name, item.version) for item in found] == [("Milk", 1)]
    assert len(await database.read(world.numbers, streams.of_household(home.home))) == 3


@pytest.mark.both_databases
async def test_the_number_of_statements_does_not_grow_with_the_list_nor_with_the_members(
    database: Database, home: World, statements: list[str]
) -> None:
    who, counts = home.on_web("alice"), []
    for size, name in ((10, "bob"), (1000, "charlie")):
        await database.write(follow_pantry, home, name)
        file = listing("Milk,3,l,fridge,", *(f"Item {size} {n},1,pcs,pantry," for n in range(size)))
        statements.clear()
        await database.write(imports.carry_out, who, home.home, file)
        await database.write(stock.patch, who, home.home, home.milk, None, {"quantity": 1000})
        await database.read(catalog.everything, who, home.home)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def follow_pantry(session: Session, home: World, name: str) -> None:
    who = home.on_web(name)
    if name == "charlie":
        members.join(session, who, home.home, Role.MEMBER)
    watching.put(session, who, home.home, Scope.LOCATION, "pantry", {"level": WatchLevel.FOLLOW})


@pytest.mark.both_databases
async def test_two_who_import_the_same_list_at_once_add_it_once(database: Database, home: World) -> None:
    file = listing(*(f"Item {number},1,pcs,pantry," for number in range(50)))
    both = (home.on_web("alice"), home.on_web("bob"))
    done = await asyncio.gather(*(database.write(imports.carry_out, who, home.home, file) for who in both))
    assert sorted(str(steps[0].action) for steps in done) == ["add", "unchanged"]
    assert await database.read(count_items, home) == 51


def count_items(session: Session, home: World) -> int:
    items = table(Item)
    return session.execute(
        select(func.count()).select_from(items).where(items.c.household_id == home.home)
    ).scalar_one()


texts = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.lists(st.lists(texts, max_size=5), max_size=5), st.sampled_from(",;\t"))
def test_reading_junk_finds_lines_or_refuses_the_file(rows: list[list[str]], delimiter: str) -> None:
    data = "\n".join(delimiter.join(row) for row in [["name", "quantity", "notes"], *rows]).encode()
    with contextlib.suppress(Invalid):
        for line in csv_items.read(data).lines:
            assert line.problems or {"name", "quantity"} <= set(line.values)
