"""A digest says what changed and by whom, what is low, what expires, what was used and thrown away."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from core.accounts import accounts
from core.actors import Actor, Face
from core.db import Database
from core.digests import gathering, standing
from core.errors import NotAllowed
from core.households import members
from core.inventory import stock
from core.models import Role, Scope, WatchLevel
from core.operations.clock_process import Clock
from core.privacy import account_deletion
from core.settings import household_preferences, preferences, watching
from core.values.digests import Digest, ItemChange, Usage
from tests.core import world
from tests.core.digesting import DAILY, MONDAY, ONE_DAY, WEEKLY, add, at, told
from tests.core.world import Watch, World


@pytest.fixture
async def home(home: World, database: Database) -> World:
    """Everybody, and Alice reads both digests."""
    await database.write(world.listen_to, home.alice, DAILY, WEEKLY)
    return home


def add_bread(session: Session, home: World) -> UUID:
    return add(session, home, "Bread", quantity=9000, location="Pantry", category="Bakery")


def add_eggs(session: Session, home: World) -> UUID:
    return add(session, home, "Eggs")


def short(changes: Sequence[ItemChange]) -> list[tuple[str, int | None, int, str]]:
    """Return (name, delta, times, people) of each change."""
    return [
        (one.name, one.delta, one.times, ", ".join(person.user_name for person in one.people))
        for one in changes
    ]


async def test_it_says_what_was_done_to_each_item_and_by_whom(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    bread = await database.write(add_bread, home)
    await at(ticking, watch, MONDAY)
    alice, bob, milk = home.on_web("alice"), home.on_web("bob"), home.milk
    await database.write(stock.consume, alice, home.home, milk, 1000)
    await database.write(stock.restock, bob, home.home, milk, 3000)
    await database.write(stock.waste, bob, home.home, bread, 2000, "mould")
    eggs = await database.write(add_eggs, home)
    await database.write(stock.remove, bob, home.home, eggs)
    await at(ticking, watch, MONDAY + ONE_DAY)
    first, second = await database.read(told, home.alice)
    assert short(first.changes) == [("Bread", 9000, 1, "Bob"), ("Milk", 4000, 1, "Alice")]
    assert all(change.added for change in first.changes)
    assert [person.user_name for person in first.joined] == ["Bob"], "that she came herself is no news"
    assert short(second.changes) == [
        ("Eggs", 0, 2, "Bob"),
        ("Bread", -2000, 1, "Bob"),
        ("Milk", 2000, 2, "Alice, Bob"),
    ]
    gone, _, kept = second.changes
    assert (gone.added, gone.removed, gone.quantity) == (True, True, 0)
    assert (kept.added, kept.removed, kept.quantity) == (False, False, 6000)
    assert (second.usage, second.usage_before) == (Usage(1, 1), Usage())
    assert (second.begins, second.ends) == (MONDAY, MONDAY + ONE_DAY)


async def test_what_was_undone_is_left_out_and_what_was_told_already_is_told_to_be_undone(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    bread = await database.write(add_bread, home)
    await at(ticking, watch, MONDAY)
    alice, milk = home.on_web("alice"), home.milk
    slip = await database.write(stock.consume, alice, home.home, milk, 1000)
    await database.write(stock.undo, alice, home.home, slip.movement_id)
    await database.write(stock.consume, alice, home.home, bread, 1000)
    slip = await database.write(stock.waste, alice, home.home, bread, 2000, "slip")
    await database.write(stock.undo, alice, home.home, slip.movement_id)
    kept = await database.write(stock.consume, alice, home.home, bread, 500)
    await at(ticking, watch, MONDAY + ONE_DAY)
    await database.write(stock.undo, home.on_web("bob"), home.home, kept.movement_id)
    await at(ticking, watch, MONDAY + 2 * ONE_DAY)
    _, second, third = await database.read(told, home.alice)
    assert short(second.changes) == [("Bread", -1500, 2, "Alice")]
    assert second.usage == Usage(used=2), "as it was when it was told"
    assert short(third.changes) == [("Bread", 500, 1, "Bob")]
    assert (third.usage, third.usage_before) == (Usage(), Usage(used=1))


@pytest.mark.both_databases(long="postgresql")
async def test_each_event_is_in_one_digest_of_each_kind(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    alice = home.on_web("alice")
    await at(ticking, watch, MONDAY)
    for hour in range(0, 9 * 24, 6):
        await at(ticking, watch, MONDAY + timedelta(hours=hour, minutes=30))
        await database.write(stock.restock, alice, home.home, home.milk, 1000)
    daily = await database.read(told, home.alice)
    assert [sum(one.times for one in digest.changes) for digest in daily[1:]] == [4] * 8
    first, second = await database.read(told, home.alice, WEEKLY)
    assert [one.times for one in first.changes] == [1]
    assert [one.times for one in second.changes] == [7 * 4]
    assert (second.begins, second.ends) == (MONDAY, MONDAY + 7 * ONE_DAY + timedelta(minutes=30))


@pytest.mark.only_postgresql
async def test_a_writer_that_commits_late_is_in_the_next_digest(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    """Its entry is older than the digest by the clock; the numbers of the stream are not fooled."""
    await at(ticking, watch, MONDAY)
    moved, gathered = threading.Event(), threading.Event()

    def slowly(session: Session) -> None:
        stock.consume(session, home.on_web("bob"), home.home, home.milk, 1000)
        moved.set()
        gathered.wait(timeout=60)

    watch.now = MONDAY + ONE_DAY - timedelta(seconds=1)
    with ThreadPoolExecutor(1) as threads:
        writer = threads.submit(database.write_now, slowly)
        assert moved.wait(timeout=60)
        await at(ticking, watch, MONDAY + ONE_DAY)
        before = await database.read(told, home.alice)
        gathered.set()
        writer.result()
    await at(ticking, watch, MONDAY + 2 * ONE_DAY)
    await database.write(stock.waste, home.on_web("bob"), home.home, home.milk, 500, "sour")
    await at(ticking, watch, MONDAY + 3 * ONE_DAY)
    _, *after = await database.read(told, home.alice)
    assert len(before) == 1
    assert [short(digest.changes) for digest in after] == [
        [("Milk", -1000, 1, "Bob")],
        [("Milk", -500, 1, "Bob")],
    ]
    assert [(digest.usage, digest.usage_before) for digest in after] == [
        (Usage(used=1), Usage()),
        (Usage(wasted=1), Usage(used=1)),
    ]


async def test_one_in_which_nothing_happened_is_not_sent(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    for day in range(4):
        await at(ticking, watch, MONDAY + day * ONE_DAY)
    assert len(await database.read(told, home.alice)) == 1
    await database.write(stock.waste, home.on_web("bob"), home.home, home.milk, 500, "sour")
    await at(ticking, watch, MONDAY + 4 * ONE_DAY)
    [_, last] = await database.read(told, home.alice)
    assert last.usage == Usage(wasted=1)
    assert not Digest(False, MONDAY, MONDAY, usage=Usage(wasted=1)).is_empty
    assert Digest(False, MONDAY, MONDAY, usage_before=Usage(used=1)).is_empty


async def test_it_says_what_is_low_or_out_and_what_expires_by_the_persons_own_settings(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    def fill(session: Session) -> None:
        add(session, home, "Eggs", quantity=0)
        add(session, home, "Ham", expiration_date=date(2026, 3, 5), min_quantity=None)
        add(session, home, "Cheese", expiration_date=date(2026, 3, 1), min_quantity=None)
        add(session, home, "Rice", expiration_date=date(2026, 3, 10), min_quantity=None)
        watching.put(session, alice, home.home, Scope.ITEM, str(home.milk), {"min_quantity": 5000})
        preferences.change(session, bob, {"topics": [DAILY], "expiration_warning_days": 30})

    alice, bob = home.on_web("alice"), home.on_web("bob")
    await database.write(fill)
    await at(ticking, watch, MONDAY)
    [hers] = await database.read(told, home.alice)
    assert [(one.name, one.quantity, one.min_quantity) for one in hers.low] == [
        ("Eggs", 0, 2000),
        ("Milk", 4000, 5000),
    ]
    assert [(one.name, one.days) for one in hers.expiring] == [("Cheese", -1), ("Ham", 3)]
    [his] = await database.read(told, home.bob)
    assert [one.name for one in his.low] == ["Eggs"]
    assert [(one.name, one.days) for one in his.expiring] == [("Cheese", -1), ("Ham", 3), ("Rice", 8)]


async def test_what_she_muted_is_in_no_list(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    def fill(session: Session) -> None:
        add(session, home, "Bread", quantity=0, category="Bakery", expiration_date=date(2026, 3, 3))
        add(session, home, "Buns", category="Bakery", expiration_date=date(2026, 3, 3))
        for scope, target in ((Scope.CATEGORY, "bakery"), (Scope.ITEM, str(home.milk))):
            watching.put(session, home.on_web("alice"), home.home, scope, target, muted)
        stock.consume(session, home.on_web("bob"), home.home, home.milk, 3000)

    muted = {"level": WatchLevel.MUTE}
    await database.write(fill)
    await at(ticking, watch, MONDAY)
    [digest] = await database.read(told, home.alice)
    assert (digest.changes, digest.low, digest.expiring) == ([], [], [])


async def test_the_first_one_begins_at_most_a_day_before_or_when_she_joined(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    def move_in(session: Session) -> Actor:
        dora = Actor(accounts.register(session, "dora@home.example", "no", "Dora", "UTC").id, Face.WEB)
        preferences.change(session, dora, {"topics": [DAILY], "preferred_time": "09:00"})
        members.join(session, dora, home.home, Role.VIEWER)
        return dora

    bob = home.on_web("bob")
    watch.now = MONDAY + timedelta(hours=3)
    await database.write(stock.restock, bob, home.home, home.milk, 1000)
    watch.advance(hours=1)
    dora = await database.write(move_in)
    watch.advance(hours=1)
    await database.write(stock.restock, bob, home.home, home.milk, 2000)
    await database.write(world.listen_to, home.bob, DAILY)
    await at(ticking, watch, MONDAY + timedelta(hours=23))
    await at(ticking, watch, MONDAY + timedelta(hours=26))
    [hers], [his] = await database.read(told, dora.user_id), await database.read(told, home.bob)
    assert short(hers.changes) == [("Milk", 2000, 1, "Bob")]
    assert hers.joined == []
    assert short(his.changes) == [("Milk", 3000, 2, "Bob")], "not that it was added on Sunday"
    assert [person.user_name for person in his.joined] == ["Dora"]


async def test_who_left_and_came_back_hears_nothing_of_what_was_meanwhile(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    alice, bob = home.on_web("alice"), home.on_web("bob")
    await database.write(world.listen_to, home.bob, DAILY)
    await at(ticking, watch, MONDAY)
    await database.write(members.leave, bob, home.home)
    await database.write(stock.restock, alice, home.home, home.milk, 1000)
    await at(ticking, watch, MONDAY + ONE_DAY)
    await database.write(members.join, bob, home.home, Role.MEMBER)
    await database.write(stock.restock, alice, home.home, home.milk, 2000)
    await at(ticking, watch, MONDAY + 2 * ONE_DAY)
    [_, his] = await database.read(told, home.bob)
    assert short(his.changes) == [("Milk", 2000, 1, "Alice")]
    _, second, third = await database.read(told, home.alice)
    assert [person.user_name for person in second.left] == ["Bob"]
    assert [person.user_name for person in third.joined] == ["Bob"]


async def test_who_asks_for_it_again_after_a_month_hears_of_the_last_day(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    await at(ticking, watch, MONDAY)
    await database.write(world.listen_to, home.alice)
    await database.write(stock.restock, home.on_web("bob"), home.home, home.milk, 1000)
    watch.now = MONDAY + timedelta(days=20, hours=-1)
    await database.write(world.listen_to, home.alice, DAILY)
    await database.write(stock.restock, home.on_web("bob"), home.home, home.milk, 2000)
    await at(ticking, watch, MONDAY + 20 * ONE_DAY)
    [_, second] = await database.read(told, home.alice)
    assert short(second.changes) == [("Milk", 2000, 1, "Bob")]
    assert second.begins == MONDAY + 19 * ONE_DAY


async def test_a_household_that_she_wants_no_digest_of_has_none(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    alice = home.on_web("alice")
    await database.write(household_preferences.put, alice, home.home, [WEEKLY])
    await at(ticking, watch, MONDAY)
    assert len(await database.read(told, home.alice, WEEKLY)) == 1
    await database.write(household_preferences.reset, alice, home.home)
    await database.write(stock.restock, alice, home.home, home.milk, 1000)
    await at(ticking, watch, MONDAY + ONE_DAY)
    [first] = await database.read(told, home.alice)
    assert short(first.changes) == [("Milk", 1000, 1, "Alice")], "what was before is not caught up on"


async def test_she_can_look_at_the_last_day_whenever_she_likes(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    alice = home.on_web("alice")
    watch.now = MONDAY - timedelta(hours=30)
    await database.write(stock.restock, home.on_web("bob"), home.home, home.milk, 500)
    watch.now = MONDAY - timedelta(hours=2)
    await database.write(stock.restock, home.on_web("bob"), home.home, home.milk, 1000)
    for _ in range(2):
        seen = await database.read(gathering.now, alice, home.home)
        assert short(seen.digest.changes) == [("Milk", 1000, 1, "Bob")]
        assert (seen.household_name, seen.digest.weekly) == ("Home", False)
    await at(ticking, watch, MONDAY)
    [first] = await database.read(told, home.alice)
    assert short(first.changes) == [("Milk", 1000, 1, "Bob")], "looking has told nothing"
    with pytest.raises(NotAllowed):
        await database.read(gathering.now, home.on_web("charlie"), home.home)


async def test_who_deleted_their_account_has_no_name_in_any_digest(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    await database.write(add_bread, home)
    await at(ticking, watch, MONDAY)
    await database.write(account_deletion.delete_account, home.on_web("bob"))
    await at(ticking, watch, MONDAY + ONE_DAY)
    first, second = await database.read(told, home.alice)
    names = [person.user_name for change in first.changes for person in change.people]
    assert names == ["Former member", "Alice"]
    assert [person.user_name for person in (*first.joined, *second.left)] == ["Former member"] * 2


async def test_long_lists_are_cut_and_counted(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    def fill(session: Session) -> None:
        for number in range(standing.MOST + 3):
            add(session, home, f"Tin {number:02}", quantity=500, expiration_date=date(2026, 3, 3))

    await database.write(fill)
    await at(ticking, watch, MONDAY)
    [digest] = await database.read(told, home.alice)
    assert [len(digest.changes), len(digest.low), len(digest.expiring)] == [standing.MOST] * 3
    assert [digest.more_changes, digest.more_low, digest.more_expiring] == [4, 3, 3]
    assert digest.changes[0].name == f"Tin {standing.MOST + 2}"


async def test_a_unit_that_changed_makes_no_sum(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    await at(ticking, watch, MONDAY)
    alice = home.on_web("alice")
    await database.write(stock.consume, alice, home.home, home.milk, 1000)
    await database.write(stock.patch, alice, home.home, home.milk, None, {"unit": "ml"})
    await at(ticking, watch, MONDAY + ONE_DAY)
    [_, second] = await database.read(told, home.alice)
    assert short(second.changes) == [("Milk", None, 2, "Alice")]
