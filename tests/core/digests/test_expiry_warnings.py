"""Each item that comes due is told once at each of its stages, at the time that its person picked."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, events
from core.db import Database, table
from core.delivery.dispatcher import Dispatcher
from core.inventory import stock
from core.models import ExpiryWarning, Notification, Scope, Topic, WatchLevel
from core.operations.clock_process import Clock
from core.operations.retention import CHORES
from core.privacy import account_deletion
from core.settings import household_preferences, preferences, watching
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import Watch, World

# Monday, 9:00 in Berlin.
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
OFF: dict[str, dict[str, str | None]] = {
    Topic.EXPIRATION: {"telegram": "off", "inApp": "off", "email": "off"}
}


def add(
    session: Session, home: World, names: Mapping[str, date], columns: Mapping[str, Any] | None = None
) -> list[UUID]:
    """Put into store what expires on some days, by name."""
    return [
        stock.add(
            session,
            home.on_web("bob"),
            home.home,
            {**world.milk_columns(), "name": name, "expiration_date": day, **(columns or {})},
        ).item.id
        for name, day in names.items()
    ]


def warned(session: Session, user_id: UUID) -> list[dict[str, list[str]]]:
    """Return the names in each warning of a person, the oldest first, by what is left of their time."""
    told = table(Notification)
    rows = session.execute(
        select(told.c.payload, told.c.event)
        .where(told.c.user_id == user_id, told.c.event == "ItemsExpiring")
        .order_by(told.c.created_at)
    )
    groups = ("expired", "today", "tomorrow", "later")
    return [
        {group: [item["name"] for item in row.payload[group]] for group in groups if row.payload[group]}
        for row in rows
    ]


async def days(ticking: Clock, watch: Watch, *mornings: datetime) -> None:
    for morning in mornings:
        watch.now = morning
        await ticking.run_once()


async def test_each_item_is_told_when_it_comes_near_on_its_last_day_and_when_it_has_expired(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    dates = {"Ham": date(2026, 3, 3), "Eggs": date(2026, 3, 5), "Rice": date(2026, 3, 6)}
    await database.write(add, home, dates)
    await days(ticking, watch, *(MONDAY + timedelta(days=day) for day in range(10)))
    for name in ("alice", "bob"):
        assert await database.read(warned, getattr(home, name)) == [
            {"tomorrow": ["Ham"], "later": ["Eggs"]},
            {"today": ["Ham"], "later": ["Rice"]},
            {"expired": ["Ham"]},
            {"today": ["Eggs"]},
            {"expired": ["Eggs"], "today": ["Rice"]},
            {"expired": ["Rice"]},
        ]
    assert await database.read(warned, home.charlie) == []


async def test_nothing_is_said_before_the_preferred_time_nor_when_there_is_nothing(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    await database.write(preferences.change, home.on_web("alice"), {"preferred_time": "18:30"})
    await database.write(add, home, {"Ham": date(2026, 3, 5)})
    evening = MONDAY.replace(hour=17, minute=30)
    await days(ticking, watch, evening - timedelta(days=1), MONDAY, evening - timedelta(minutes=1))
    assert await database.read(warned, home.alice) == []
    assert await database.read(warned, home.bob) == [{"later": ["Ham"]}]
    await days(ticking, watch, evening)
    assert await database.read(warned, home.alice) == [{"later": ["Ham"]}]


async def test_days_are_those_of_the_household_and_their_number_is_the_persons_own(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    # It is Sunday evening in Honolulu, and Monday in Berlin, where the household is.
    there = {"timezone": "Pacific/Honolulu", "preferred_time": "22:00"}
    await database.write(preferences.change, home.on_web("alice"), there)
    await database.write(preferences.change, home.on_web("bob"), {"expiration_warning_days": 30})
    await database.write(add, home, {"Ham": date(2026, 3, 2), "Jam": date(2026, 4, 1)})
    await days(ticking, watch, MONDAY)
    assert await database.read(warned, home.alice) == [{"today": ["Ham"]}]
    assert await database.read(warned, home.bob) == [{"today": ["Ham"], "later": ["Jam"]}]


async def test_where_a_day_of_the_household_has_no_warning_the_one_before_is_that_of_the_last_day(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    """At 17:30 in Bogota it is 23:30 in Berlin, and after its clocks leap forward on 29 March 0:30."""
    there = {"timezone": "America/Bogota", "preferred_time": "17:30"}
    await database.write(preferences.change, home.on_web("alice"), there)
    await database.write(add, home, {"Ham": date(2026, 3, 29), "Jam": date(2026, 3, 30)})
    evening = datetime(2026, 3, 26, 22, 30, tzinfo=UTC)
    await days(ticking, watch, *(evening + timedelta(days=day) for day in range(6)))
    assert await database.read(warned, home.alice) == [
        {"later": ["Ham"]},
        {"later": ["Jam"]},
        {"tomorrow": ["Ham"]},
        {"expired": ["Ham"], "today": ["Jam"]},
        {"expired": ["Jam"]},
    ]


async def test_of_what_is_used_up_muted_or_expired_long_ago_nothing_is_said(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    tuesday = date(2026, 3, 3)
    await database.write(add, home, {"Used up": tuesday}, {"quantity": 0})
    await database.write(add, home, {"In the cellar": tuesday}, {"location": "Cellar"})
    [ham] = await database.write(add, home, {"Ham": tuesday})
    await database.write(add, home, {"Old tin": date(2026, 1, 30), "Tin": date(2026, 1, 31)})
    who = home.on_web("alice")
    await database.write(watching.snooze, who, home.home, ham, MONDAY + timedelta(hours=1))
    await database.write(watching.put, who, home.home, Scope.LOCATION, "cellar", {"level": WatchLevel.MUTE})
    await days(ticking, watch, MONDAY)
    assert await database.read(warned, home.alice) == [{"expired": ["Tin"]}]
    await days(ticking, watch, MONDAY + timedelta(days=1))
    assert (await database.read(warned, home.alice))[1:] == [{"today": ["Ham"]}], "the snooze is over"


async def test_with_another_date_an_item_is_told_anew(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    [ham] = await database.write(add, home, {"Ham": date(2026, 3, 4)})
    await days(ticking, watch, MONDAY)
    put_off = {"expiration_date": date(2026, 3, 5)}
    await database.write(stock.patch, home.on_web("bob"), home.home, ham, None, put_off)
    await days(ticking, watch, MONDAY + timedelta(days=1))
    assert await database.read(warned, home.alice) == [{"later": ["Ham"]}] * 2


async def test_who_switched_it_off_for_a_household_hears_nothing_of_it_until_they_switch_it_on(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    alice = home.on_web("alice")
    await database.write(add, home, {"Ham": date(2026, 3, 4)})
    await database.write(household_preferences.put, alice, home.home, [Topic.LOW_STOCK])
    await days(ticking, watch, MONDAY)
    await database.write(household_preferences.put, alice, home.home, [Topic.EXPIRATION], OFF)
    await days(ticking, watch, MONDAY + timedelta(days=1))
    assert await database.read(warned, home.alice) == []
    await database.write(household_preferences.reset, alice, home.home)
    await days(ticking, watch, MONDAY + timedelta(days=2))
    assert await database.read(warned, home.alice) == [{"today": ["Ham"]}]


async def test_who_follows_an_item_hears_that_it_expires_although_they_switched_that_off(
    database: Database, home: World, ticking: Clock, watch: Watch, dispatcher: Dispatcher, phones: Phones
) -> None:
    alice = home.on_web("alice")
    await database.write(world.listen_to, home.alice)
    [ham, _] = await database.write(add, home, {"Ham": date(2026, 3, 4), "Eggs": date(2026, 3, 4)})
    follow = {"level": WatchLevel.FOLLOW}
    await database.write(watching.put, alice, home.home, Scope.ITEM, str(ham), follow)
    await days(ticking, watch, MONDAY)
    assert await database.read(warned, home.alice) == [{"later": ["Ham"]}]
    rows = await database.read(world.deliveries_of, home.alice)
    assert rows[-3:] == [
        ("telegram", "pending", None),
        ("inApp", "sent", None),
        ("email", "skipped", "channel_unavailable"),
    ]
    await dispatcher.run_once()
    [text] = phones.of(world.ALICE.telegram_id)
    assert text.endswith("Expires soon: Ham (in 2 days).")


async def test_who_follows_nothing_any_more_is_not_sent_what_they_would_have_heard_of_it(
    database: Database, home: World, ticking: Clock, watch: Watch, dispatcher: Dispatcher, phones: Phones
) -> None:
    alice = home.on_web("alice")
    await database.write(world.listen_to, home.alice)
    [ham] = await database.write(add, home, {"Ham": date(2026, 3, 4)})
    follow, rest = {"level": WatchLevel.FOLLOW}, {"level": None}
    await database.write(watching.put, alice, home.home, Scope.ITEM, str(ham), follow)
    await days(ticking, watch, MONDAY)
    await database.write(watching.put, alice, home.home, Scope.ITEM, str(ham), rest)
    await dispatcher.run_once()
    assert phones.of(world.ALICE.telegram_id) == []
    rows = await database.read(world.deliveries_of, home.alice)
    assert rows[-3] == ("telegram", "skipped", "topic_off")


async def test_an_item_that_is_removed_takes_its_warnings_along_and_old_ones_are_thrown_away(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    def count(session: Session) -> int:
        return len(session.execute(select(table(ExpiryWarning).c.item_id)).all())

    ham, _ = await database.write(add, home, {"Ham": date(2026, 3, 4), "Eggs": date(2026, 3, 4)})
    await days(ticking, watch, MONDAY)
    assert await database.read(count) == 4
    await database.write(stock.remove, home.on_web("bob"), home.home, ham)
    assert await database.read(count) == 2
    watch.advance(days=91)
    for chore in CHORES:
        await database.write(chore)
    assert await database.read(count) == 0


async def test_a_warning_says_where_each_thing_is(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    def read(session: Session) -> events.Event:
        told = table(Notification)
        query = select(told.c.payload).where(told.c.user_id == home.alice, told.c.event == "ItemsExpiring")
        return events.load("ItemsExpiring", session.execute(query).scalar_one())

    await database.write(add, home, {"Ham": date(2026, 3, 1)}, {"location": "cellar", "quantity": 1500})
    await days(ticking, watch, MONDAY)
    told = await database.read(read)
    assert isinstance(told, events.ItemsExpiring)
    [ham] = told.expired
    assert (ham.name, ham.quantity, ham.unit, ham.location, ham.days) == ("Ham", 1500, "l", "cellar", -1)
    assert told.household_name == "Home"
    assert clock.utcnow() == told.at


async def test_bob_is_forgotten_by_his_warnings(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    await database.write(add, home, {"Ham": date(2026, 3, 3)})
    await days(ticking, watch, MONDAY)
    await database.write(account_deletion.delete_account, home.on_web("bob"))
    await days(ticking, watch, MONDAY + timedelta(days=1))
    assert await database.read(warned, home.bob) == []
    assert len(await database.read(warned, home.alice)) == 2
