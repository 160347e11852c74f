"""The digest of a week has its chart, and its figures are those of whole days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.db import Database
from core.inventory import stock
from core.operations.clock_process import Clock
from core.settings import preferences
from core.values.digests import DayUsage, Usage
from tests.core import world
from tests.core.digesting import DAILY, MONDAY, ONE_DAY, WEEKLY, at, told
from tests.core.world import Watch, World


@pytest.fixture
async def home(home: World, database: Database) -> World:
    """Everybody, and Alice reads both digests."""
    await database.write(world.listen_to, home.alice, DAILY, WEEKLY)
    return home


@pytest.mark.both_databases
async def test_each_use_is_counted_in_one_week_however_late_the_clock_is(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    async def use(moment: datetime, times: int) -> None:
        watch.now = moment
        for _ in range(times):
            await database.write(stock.consume, home.on_web("bob"), home.home, home.milk, 1)

    await at(ticking, watch, MONDAY)
    await use(MONDAY + timedelta(hours=5), 1)
    await use(MONDAY + 6 * ONE_DAY, 2)
    await use(MONDAY + 7 * ONE_DAY + timedelta(hours=3), 4)
    # It was down for a day.
    await at(ticking, watch, MONDAY + 8 * ONE_DAY + timedelta(hours=4))
    await use(MONDAY + 9 * ONE_DAY, 8)
    await at(ticking, watch, MONDAY + 14 * ONE_DAY)
    *_, second, third = await database.read(told, home.alice, WEEKLY)
    assert (second.usage.used, third.usage.used) == (3, 12)
    assert third.usage_before == second.usage


@pytest.mark.both_databases
async def test_what_is_used_on_a_day_that_was_told_before_it_ended_counts_in_the_next_week(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    """In Auckland it is Monday while it is Sunday in the household."""
    auckland = {"timezone": "Pacific/Auckland", "preferred_time": "00:30"}
    await database.write(preferences.change, home.on_web("alice"), auckland)
    monday = datetime(2026, 3, 8, 11, 30, tzinfo=UTC)
    await at(ticking, watch, monday)
    watch.advance(hours=1)
    await database.write(stock.consume, home.on_web("bob"), home.home, home.milk, 1000)
    for week in (1, 2):
        await at(ticking, watch, monday + 7 * week * ONE_DAY)
        await database.write(stock.waste, home.on_web("bob"), home.home, home.milk, 500, "sour")
    await at(ticking, watch, monday + 21 * ONE_DAY)
    _, *after = await database.read(told, home.alice, WEEKLY)
    assert [(digest.usage, digest.usage_before) for digest in after] == [
        (Usage(used=1), Usage()),
        (Usage(wasted=1), Usage(used=1)),
        (Usage(wasted=1), Usage(wasted=1)),
    ]
    assert [digest.by_day[0].used for digest in after] == [1, 0, 0]


@pytest.mark.both_databases(long="postgresql")
async def test_the_weekly_one_compares_with_the_week_before_and_has_each_day(
    database: Database, home: World, ticking: Clock, watch: Watch
) -> None:
    bob = home.on_web("bob")

    async def use(moment: datetime, times: int) -> None:
        watch.now = moment
        for _ in range(times):
            await database.write(stock.restock, bob, home.home, home.milk, 1000)
            await database.write(stock.consume, bob, home.home, home.milk, 1000)

    await at(ticking, watch, MONDAY)
    await use(MONDAY + ONE_DAY, 3)
    await at(ticking, watch, MONDAY + 7 * ONE_DAY)
    # Sunday, 23:30 and 0:30 in Berlin.
    await use(datetime(2026, 3, 14, 22, 30, tzinfo=UTC), 1)
    await use(datetime(2026, 3, 14, 23, 30, tzinfo=UTC), 2)
    watch.advance(hours=1)
    await database.write(stock.waste, bob, home.home, home.milk, 500, "sour")
    # That is next week's.
    await use(MONDAY + 14 * ONE_DAY - timedelta(hours=1), 5)
    await at(ticking, watch, MONDAY + 14 * ONE_DAY)
    *_, last = await database.read(told, home.alice, WEEKLY)
    assert (last.usage, last.usage_before) == (Usage(3, 1), Usage(3, 0))
    assert last.by_day == [
        *(DayUsage(date(2026, 3, day), 0, 0) for day in range(9, 14)),
        DayUsage(date(2026, 3, 14), 1, 0),
        DayUsage(date(2026, 3, 15), 2, 1),
    ]
    assert (await database.read(told, home.alice))[-1].by_day == []
