"""What people asked for comes at their time, once a day, however often and wherever the clock ticks."""

import asyncio
import logging
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, select, text, update
from sqlalchemy.orm import Session

from core.db import Database, table
from core.delivery import history
from core.delivery.dispatcher import Dispatcher
from core.households import members
from core.inventory import stock
from core.models import Notification, Preference, Schedule, ScheduledRun, ScheduleKind, Topic
from core.operations import due_sends
from core.operations.clock_process import Clock
from core.operations.retention import CHORES
from core.preferences import schedules
from core.settings import preferences
from core.shopping import shopping_entries, shopping_lists
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import ALICE, Watch, World
from tests.support.statements import noting_statements

DAILY, SHOPPING = Topic.DAILY_EXPIRY_SUM, Topic.SHOPPING_REMINDER
# Monday, 9:00 in Berlin.
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
Routes: TypeAlias = dict[str, dict[str, str | None]]


@pytest.fixture
async def home(home: World, database: Database) -> World:
    """Everybody, and Alice reads the daily digest."""
    await database.write(world.listen_to, home.alice, DAILY)
    return home


async def at(ticking: Clock, watch: Watch, moment: datetime) -> int:
    watch.now = moment
    return await ticking.run_once()


def times_told(session: Session, user_id: UUID, *topics: Topic) -> list[datetime]:
    """Return when a person was told something of these kinds, the oldest first."""
    told = table(Notification)
    rows = session.execute(
        select(told.c.created_at)
        .where(told.c.user_id == user_id, told.c.topic.in_(topics))
        .order_by(told.c.created_at)
    )
    return list(rows.scalars())


def ledger(session: Session, user_id: UUID, kind: str = DAILY) -> list[date]:
    runs = table(ScheduledRun)
    wanted = select(runs.c.local_date).where(runs.c.user_id == user_id, runs.c.kind == kind)
    return list(session.execute(wanted.order_by(runs.c.local_date)).scalars())


def restock(session: Session, home: World) -> None:
    stock.restock(session, home.on_web("bob"), home.home, home.milk, 1000)


@pytest.mark.both_databases
async def test_a_tick_with_nothing_to_do_is_one_query(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    await at(ticking, watch, MONDAY)
    watch.advance(seconds=30)
    with noting_statements() as statements:
        assert await ticking.run_once() == 0
    [statement] = [one for one in statements if one.startswith("SELECT")]
    assert len(statements) == 1
    assert "next_run_at <=" in statement


async def test_after_days_without_a_clock_only_the_newest_missed_run_is_made_up_for(
    database: Database, home: World, watch: Watch
) -> None:
    await at(Clock(database), watch, MONDAY)
    for _ in range(4):
        watch.advance(days=1)
        await database.write(restock, home)
    back = MONDAY + timedelta(days=4, hours=3)
    await at(Clock(database), watch, back)
    assert await database.read(ledger, home.alice) == [date(2026, 3, 2), date(2026, 3, 6)]
    assert await database.read(times_told, home.alice, DAILY) == [MONDAY, back]
    assert await at(Clock(database), watch, back + timedelta(minutes=1)) == 0
    await database.write(restock, home)
    await at(Clock(database), watch, MONDAY + 5 * ONE_DAY)
    assert len(await database.read(times_told, home.alice, DAILY)) == 3


@pytest.mark.both_databases(long="postgresql")
@pytest.mark.parametrize(
    ("before", "moment"),
    [
        # 2:30 is left out in the night to Sunday: it is 3:00 then. In autumn it comes twice.
        ("2026-03-28 12:00", "2026-03-29 01:00"),
        ("2026-10-24 12:00", "2026-10-25 00:30"),
    ],
)
async def test_when_the_clocks_change_it_comes_once(
    database: Database, home: World, watch: Watch, before: str, moment: str
) -> None:
    ticking = Clock(database)
    await at(ticking, watch, datetime.fromisoformat(before).replace(tzinfo=UTC))
    await database.write(preferences.change, home.on_web("alice"), {"preferred_time": "02:30"})
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    told = len(await database.read(times_told, home.alice, DAILY))
    for minutes in range(-90, 180, 30):
        watch.now = expected + timedelta(minutes=minutes)
        await database.write(restock, home)
        await ticking.run_once()
    assert (await database.read(times_told, home.alice, DAILY))[told:] == [expected]


async def test_another_time_or_zone_doubles_no_day_and_loses_none(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    changes: dict[timedelta, dict[str, str]] = {
        timedelta(minutes=30): {"preferred_time": "10:00"},
        # It is 8 o'clock on Tuesday: what was to come at 10 comes at 10.
        timedelta(hours=23): {"preferred_time": "08:00"},
        # It is Tuesday afternoon there, and Tuesday's had not come by the calendar there.
        timedelta(hours=40): {"timezone": "Pacific/Honolulu"},
        # It is Thursday evening, and the last one came on Thursday morning by the calendar there.
        timedelta(hours=70): {"timezone": "Pacific/Auckland", "preferred_time": "23:30"},
    }
    for half_hours in range(2 * 24 * 5):
        since = timedelta(minutes=30 * half_hours)
        if half_hours % 2 and since < timedelta(hours=70) and since not in changes:
            # Until then nothing is due at half past.
            continue
        if half_hours % 8 == 0:
            await database.write(restock, home)
        await at(ticking, watch, MONDAY + since)
        if since in changes:
            await database.write(preferences.change, home.on_web("alice"), changes[since])
    told = await database.read(times_told, home.alice, DAILY)
    assert [f"{moment:%d %H:%M}" for moment in told] == [
        "02 08:00",
        "03 09:00",
        "04 07:00",
        "04 18:00",
        "06 10:30",
    ]


@pytest.mark.both_databases
async def test_what_is_due_is_not_lost_to_a_change_of_settings_before_the_tick(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    watch.now = MONDAY + timedelta(seconds=10)
    await database.write(preferences.change, home.on_web("alice"), {"quiet_enabled": False})
    await ticking.run_once()
    assert await database.read(times_told, home.alice, DAILY) == [watch.now]
    await database.write(world.listen_to, home.alice)
    await at(ticking, watch, MONDAY + ONE_DAY)
    assert len(await database.read(ledger, home.alice)) == 1, "she switched it off"


@pytest.mark.both_databases
async def test_a_migration_leaves_nothing_to_be_sent_at_once(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    def migrate(session: Session) -> None:
        session.execute(text("UPDATE schedules SET next_run_at = '1970-01-01 00:00:00.000000'"))

    def planned(session: Session) -> dict[str, datetime | None]:
        mine = select(*table(Schedule).c).where(table(Schedule).c.user_id == home.alice)
        return {row.kind: row.next_run_at for row in session.execute(mine)}

    before = await database.read(planned)
    await database.write(migrate)
    await ticking.run_once()
    assert await database.read(planned) == before
    assert await database.read(ledger, home.alice) == []
    await at(ticking, watch, MONDAY)
    assert await database.read(ledger, home.alice) == [date(2026, 3, 2)]


async def test_a_person_whose_run_fails_stops_nobody_and_is_tried_again(
    database: Database, home: World, ticking: Clock, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_settings(session: Session, zone: str) -> None:
        mine = table(Preference).c.user_id == home.alice
        session.execute(update(table(Preference)).where(mine).values(timezone=zone))

    await database.write(world.listen_to, home.bob, DAILY)
    await database.write(break_settings, "Nowhere/At All")
    with caplog.at_level(logging.ERROR):
        await at(ticking, watch, MONDAY)
    assert caplog.text.count("failed; it is tried again") == 1
    assert await database.read(times_told, home.bob, DAILY) == [MONDAY]
    assert await database.read(times_told, home.alice, DAILY) == []
    await database.write(break_settings, "Europe/Berlin")
    await at(ticking, watch, MONDAY + timedelta(seconds=30))
    assert len(await database.read(times_told, home.alice, DAILY)) == 1


async def test_more_than_a_batch_is_gone_through_in_one_tick(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    watch.now = MONDAY
    everybody = await database.read(schedules.due)
    assert [one.kind for one in everybody].count(ScheduleKind.EXPIRATION) == 2
    assert len(everybody) == 3
    places = [await database.read(schedules.due, one) for one in everybody]
    assert places == [everybody[1:], everybody[2:], []]


@pytest.mark.both_databases
async def test_two_clocks_at_once_send_it_once(database: Database, home: World, watch: Watch) -> None:
    watch.now = MONDAY
    told = await asyncio.gather(*(Clock(database).run_once() for _ in range(4)))
    assert sum(told) == 1
    assert await database.read(times_told, home.alice, DAILY) == [MONDAY]
    assert await database.write(due_sends.run, home.alice, DAILY) == 0


@pytest.mark.both_databases
async def test_a_run_that_breaks_off_has_told_nothing_and_is_done_again(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    def break_off(*_: object) -> None:
        raise RuntimeError("The machine fell over.")

    watch.now = MONDAY
    event.listen(Engine, "commit", break_off)
    try:
        await ticking.run_once()
    except RuntimeError:
        pass
    finally:
        event.remove(Engine, "commit", break_off)
    assert await database.read(times_told, home.alice, DAILY) == []
    await ticking.run_once()
    assert await database.read(times_told, home.alice, DAILY) == [MONDAY]


async def test_what_waits_for_the_digest_is_told_with_it_even_if_it_comes_at_the_same_moment(
    database: Database, home: World, ticking: Clock, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    def settle(session: Session) -> None:
        who = home.on_web("alice")
        routes: Routes = {topic: {"telegram": "digest"} for topic in (Topic.EXPIRATION, Topic.LOW_STOCK)}
        preferences.change(session, who, {"topics": [DAILY, Topic.EXPIRATION, Topic.LOW_STOCK]}, routes)
        ham = {**world.milk_columns(), "name": "Ham", "expiration_date": date(2026, 3, 3)}
        stock.add(session, home.on_web("bob"), home.home, ham)

    await database.write(settle)
    watch.advance(minutes=1)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await dispatcher.run_once()
    assert phones.of(ALICE.telegram_id) == []
    await at(ticking, watch, MONDAY)
    while await dispatcher.run_once():
        watch.advance(seconds=11)
    [text] = phones.of(ALICE.telegram_id)
    first, *rest = text.splitlines()
    assert first.startswith("Your day in Home")
    assert [line.split(" ")[0] for line in rest] == ["Milk", "Expires"]


async def test_without_a_digest_of_her_own_what_waits_for_it_comes_at_its_time(
    database: Database, home: World, ticking: Clock, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    routes: Routes = {Topic.LOW_STOCK: {"telegram": "digest"}}
    await database.write(preferences.change, home.on_web("alice"), {"topics": [Topic.LOW_STOCK]}, routes)
    watch.advance(minutes=1)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await dispatcher.run_once()
    await at(ticking, watch, MONDAY)
    await dispatcher.run_once()
    [text] = phones.of(ALICE.telegram_id)
    assert text.startswith("Milk is running low")
    assert await database.read(times_told, home.alice, DAILY) == []


async def test_shopping_is_reminded_of_while_a_list_has_open_entries(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    def shop(session: Session) -> UUID:
        bob = home.on_web("bob")
        preferences.change(
            session,
            home.on_web("alice"),
            {"topics": [SHOPPING]},
            times={SHOPPING: {"time": "17:00", "weekdays": [1, 2]}},
        )
        shopping_lists.create(session, bob, home.home, "Empty", None)
        made = shopping_lists.create(session, bob, home.home, "Market", None)
        for number in range(12):
            watch.advance(seconds=1)
            shopping_entries.add(session, bob, home.home, made.id, {"name": f"Thing {number}"})
        return made.id

    def last(session: Session) -> list[tuple[str, int, list[str]]]:
        told = table(Notification)
        query = select(told.c.payload).where(told.c.topic == SHOPPING, told.c.user_id == home.alice)
        return [
            (one["name"], one["open"], one["names"])
            for payload in session.execute(query.order_by(told.c.created_at)).scalars()
            for one in payload["lists"]
        ]

    market = await database.write(shop)
    monday_at_five = MONDAY.replace(hour=16)
    await at(ticking, watch, monday_at_five)
    names = [f"Thing {number}" for number in range(10)]
    assert await database.read(last) == [("Market", 12, names)]
    await database.write(shopping_lists.remove, home.on_web("bob"), home.home, market)
    await at(ticking, watch, monday_at_five + ONE_DAY)
    await at(ticking, watch, monday_at_five + 2 * ONE_DAY)
    assert len(await database.read(last)) == 1


async def test_nobody_is_sent_what_is_of_a_household_that_they_left(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    await database.write(world.listen_to, home.bob, DAILY)
    await database.write(members.leave, home.on_web("bob"), home.home)
    await at(ticking, watch, MONDAY)
    assert await database.read(times_told, home.bob, DAILY) == []


async def test_why_a_digest_did_not_come_is_in_the_trail(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    await database.write(preferences.change, home.on_web("alice"), {"telegram_enabled": False})
    await at(ticking, watch, MONDAY)
    [story] = await database.read(history.recent, home.on_web("alice"), 1)
    reasons = {outcome.channel: outcome.reason or outcome.state for outcome in story.outcomes}
    assert reasons == {"telegram": "channel_off", "inApp": "sent", "email": "channel_unavailable"}


async def test_the_ledger_keeps_the_newest_run_of_each_kind(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    for day in range(3):
        await at(ticking, watch, MONDAY + day * ONE_DAY)
    watch.advance(days=31)
    assert await database.write(schedules.prune) == 6, "two each of Alice, Bob and Charlie"
    [last] = (await database.read(schedules.last_runs, home.alice, DAILY)).values()
    assert (last.day, last.at) == (date(2026, 3, 4), MONDAY + 2 * ONE_DAY)


def test_every_kind_of_schedule_is_a_topic() -> None:
    assert {Topic(kind) for kind in ScheduleKind} < set(Topic)
    assert schedules.prune in CHORES
