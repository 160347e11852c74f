"""What was sent at its time but had to wait is told once, and as things are when it is told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from core.db import Database
from core.delivery import history
from core.delivery.dispatcher import Dispatcher
from core.events import DigestGathered
from core.inventory import stock
from core.models import Topic
from core.operations.clock_process import Clock
from core.settings import preferences, watching
from core.shopping import shopping_entries, shopping_lists
from core.wording import charts, drawing
from core.wording.channels import Line
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import Watch, World

QUIET = {"quiet_enabled": True, "quiet_start": "22:00", "quiet_end": "07:00"}
# 9:00 in Berlin.
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
THURSDAY_EVENING = MONDAY + timedelta(days=3, hours=10)
ALICE = world.ALICE.telegram_id


@pytest.fixture
def ticking(database: Database) -> Clock:
    return Clock(database)


def settings(session: Session, home: World, values: dict[str, Any]) -> None:
    preferences.change(session, home.on_web("alice"), values)


def add(session: Session, home: World, name: str, expires: date | None = None) -> Any:
    columns = {**world.milk_columns(), "name": name, "expiration_date": expires}
    return stock.add(session, home.on_web("bob"), home.home, columns).item.id


async def pass_days(ticking: Clock, dispatcher: Dispatcher, watch: Watch, *moments: datetime) -> None:
    """Do what is due at some moments, and send what is to be sent then."""
    for moment in moments:
        watch.now = moment
        await ticking.run_once()
        while await dispatcher.run_once():
            watch.advance(seconds=11)


async def test_a_warning_that_waited_for_the_night_to_end_counts_the_days_from_the_morning(
    database: Database, home: World, ticking: Clock, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(settings, home, {**QUIET, "preferred_time": "23:00", "topics": [Topic.EXPIRATION]})
    await database.write(add, home, "Ham", date(2026, 3, 2))
    await database.write(add, home, "Eggs", date(2026, 3, 4))
    evening = MONDAY.replace(hour=22)
    await pass_days(ticking, dispatcher, watch, evening)
    assert phones.of(ALICE) == []
    await pass_days(ticking, dispatcher, watch, evening + timedelta(hours=8))
    assert phones.of(ALICE) == ["Expired: Ham (yesterday). Expires tomorrow: Eggs."]


@pytest.mark.parametrize("waits_for", ["the digest", "Telegram"])
async def test_a_warning_that_waited_for_something_else_tells_no_old_news(
    database: Database,
    home: World,
    ticking: Clock,
    dispatcher: Dispatcher,
    phones: Phones,
    watch: Watch,
    waits_for: str,
) -> None:
    when = "digest" if waits_for == "the digest" else "now"
    routes: dict[str, dict[str, str | None]] = {Topic.EXPIRATION: {"telegram": when}}
    values = {"preferred_time": "18:00", "topics": [Topic.EXPIRATION]}
    mornings: dict[str, dict[str, Any]] = {Topic.DAILY_EXPIRY_SUM: {"time": "09:00"}}
    watch.now = MONDAY.replace(hour=12)
    await database.write(preferences.change, home.on_web("alice"), values, routes, mornings)
    eggs, _ = [await database.write(add, home, name, date(2026, 3, 2)) for name in ("Eggs", "Ham")]
    watch.now = MONDAY.replace(hour=17)
    await ticking.run_once()
    if waits_for == "the digest":
        await pass_days(ticking, dispatcher, watch, watch.now)
    await database.write(stock.consume, home.on_web("bob"), home.home, eggs, 4000)
    assert phones.of(ALICE) == []
    await pass_days(ticking, dispatcher, watch, MONDAY + ONE_DAY)
    assert phones.of(ALICE) == ["Expired: Ham (yesterday)."]


async def test_after_a_mute_one_warning_tells_what_is_still_there(
    database: Database, home: World, ticking: Clock, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    until = THURSDAY_EVENING
    await database.write(settings, home, {"muted_until": until, "topics": [Topic.EXPIRATION]})
    ham = await database.write(add, home, "Ham", date(2026, 3, 3))
    jam, rice, _ = [
        await database.write(add, home, name, date(2026, 3, 5)) for name in ("Jam", "Rice", "Eggs")
    ]
    mornings = [MONDAY + day * ONE_DAY for day in range(4)]
    await pass_days(ticking, dispatcher, watch, *mornings)
    bob = home.on_web("bob")
    await database.write(stock.consume, bob, home.home, ham, 4000)
    later = {"expiration_date": date(2026, 5, 5)}
    await database.write(stock.patch, bob, home.home, jam, None, later)
    await database.write(watching.snooze, home.on_web("alice"), home.home, rice, until + ONE_DAY)
    assert phones.of(ALICE) == []
    await pass_days(ticking, dispatcher, watch, until)
    assert phones.of(ALICE) == ["Last day today: Eggs."]
    lines = await database.read(history.lines, home.in_chat("alice"), sent_to_alice(phones))
    assert len(lines) == 1, "looked at again it is one as well"
    rows = await database.read(world.deliveries_of, home.alice)
    states = [state for channel, state, _ in rows if channel == "telegram" and state != "skipped"]
    assert states[-4:] == ["folded", "folded", "folded", "sent"]


async def test_a_warning_of_which_nothing_is_left_is_not_told(
    database: Database, home: World, ticking: Clock, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(settings, home, {"muted_until": THURSDAY_EVENING, "topics": [Topic.EXPIRATION]})
    ham = await database.write(add, home, "Ham", date(2026, 3, 3))
    await pass_days(ticking, dispatcher, watch, MONDAY, MONDAY + ONE_DAY)
    await database.write(stock.remove, home.on_web("bob"), home.home, ham)
    await pass_days(ticking, dispatcher, watch, THURSDAY_EVENING)
    assert phones.of(ALICE) == []
    rows = await database.read(world.deliveries_of, home.alice)
    assert rows.count(("telegram", "superseded", "solved")) == 2


async def test_digests_that_waited_are_one_of_all_their_days(
    database: Database, home: World, ticking: Clock, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(
        settings, home, {"muted_until": THURSDAY_EVENING, "topics": [Topic.DAILY_EXPIRY_SUM]}
    )
    await pass_days(ticking, dispatcher, watch, MONDAY)
    bob = home.on_web("bob")
    bread = await database.write(add, home, "Bread")
    for day in range(3):
        await database.write(stock.consume, bob, home.home, home.milk, 1000)
        await pass_days(ticking, dispatcher, watch, MONDAY + (day + 1) * ONE_DAY)
    await database.write(stock.consume, bob, home.home, bread, 4000)
    assert phones.of(ALICE) == []
    await pass_days(ticking, dispatcher, watch, THURSDAY_EVENING)
    [text] = phones.of(ALICE)
    assert "2 items changed; used 3 times" in text
    assert "2 low or out" in text, "the bread, too, that is out since"
    [line] = await database.read(history.lines, home.in_chat("alice"), sent_to_alice(phones))
    assert changes_of(line) == {"Milk": (1000, 4), "Bread": (4000, 1)}


async def test_weeks_that_waited_are_one_with_all_their_days(
    database: Database, home: World, ticking: Clock, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    until = MONDAY + timedelta(days=14, hours=10)
    weekly = {"muted_until": until, "topics": [Topic.WEEKLY_INVENTORY_REPORT]}
    await database.write(settings, home, weekly)
    bob = home.on_web("bob")
    for week in range(3):
        await pass_days(ticking, dispatcher, watch, MONDAY + timedelta(days=7 * week - 0.5))
        await database.write(stock.consume, bob, home.home, home.milk, 1000)
        await pass_days(ticking, dispatcher, watch, MONDAY + timedelta(days=7 * week))
    assert phones.of(ALICE) == []
    await pass_days(ticking, dispatcher, watch, until)
    assert len(phones.of(ALICE)) == 1
    [line] = await database.read(history.lines, home.in_chat("alice"), sent_to_alice(phones))
    assert changes_of(line) == {"Milk": (1000, 4)}
    assert isinstance(line.event, DigestGathered)
    digest = line.event.digest
    assert (len(digest.by_day), sum(day.used for day in digest.by_day), digest.usage.used) == (21, 3, 3)
    assert digest.usage_before is None, "three weeks before that are longer ago than what is kept"
    chart = charts.of(line.event)
    assert chart is not None
    assert drawing.png(chart)


def sent_to_alice(phones: Phones) -> UUID:
    [message] = [call for call in phones.calls if call.address == ALICE]
    return message.id


def changes_of(line: Line) -> dict[str, tuple[int | None, int]]:
    assert isinstance(line.event, DigestGathered)
    return {one.name: (one.delta, one.times) for one in line.event.digest.changes}


async def test_a_list_that_is_gone_by_now_is_no_reminder_and_another_is_told_once(
    database: Database, home: World, ticking: Clock, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    def write_lists(session: Session) -> Any:
        bob = home.on_web("bob")
        made = [shopping_lists.create(session, bob, home.home, name, None) for name in ("Market", "Fair")]
        for one in made:
            shopping_entries.add(session, bob, home.home, one.id, {"name": "Apples"})
        return made[1].id

    everyday: dict[str, dict[str, Any]] = {
        Topic.SHOPPING_REMINDER: {"time": "09:00", "weekdays": [1, 2, 3, 4, 5, 6, 7]}
    }
    values = {"muted_until": THURSDAY_EVENING, "topics": [Topic.SHOPPING_REMINDER]}
    await database.write(preferences.change, home.on_web("alice"), values, None, everyday)
    fair = await database.write(write_lists)
    await pass_days(ticking, dispatcher, watch, MONDAY, MONDAY + ONE_DAY)
    await database.write(shopping_lists.remove, home.on_web("bob"), home.home, fair)
    await pass_days(ticking, dispatcher, watch, THURSDAY_EVENING)
    assert phones.of(ALICE) == ["Market has 1 open entry: Apples."]
