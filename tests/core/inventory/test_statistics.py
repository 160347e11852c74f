"""Days are the household's: what expires, and what happened this month, follow its zone and not UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.db import Database
from core.guards import access
from core.households import households
from core.inventory import catalog, statistics, stock
from core.inventory.catalog import ItemQuery
from core.inventory.statistics import MonthCounts
from core.values.items import ExpirationStatus
from tests.core import world
from tests.core.world import Watch, World

LAST_OF_FEBRUARY = date(2026, 2, 28)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Half past eleven at night in UTC is half past midnight, the first of March, in Berlin."""
    watch = Watch()
    watch.now = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    with clock.reading_from(watch):
        yield watch


@pytest.mark.both_databases
async def test_what_expired_yesterday_in_berlin_is_good_today_in_utc(database: Database, home: World) -> None:
    async def bread_in(who: Actor, household: UUID) -> list[int | None]:
        columns = {**world.milk_columns(), "name": "Bread", "expiration_date": LAST_OF_FEBRUARY}

        def look(session: Session) -> list[int | None]:
            added = stock.add(session, who, household, columns).item
            late = ItemQuery(status=ExpirationStatus.EXPIRED)
            page = catalog.page(session, who, household, late)
            [counts] = [h.counts for h in households.of_person(session, who.user_id) if h.id == household]
            by_status = page.summary.by_status[ExpirationStatus.EXPIRED]
            return [added.days_until_expiration, page.total, by_status, counts.expired, counts.expiring]

        return await database.write(look)

    assert await bread_in(home.on_web("alice"), home.home) == [-1, 1, 1, 1, 0]
    assert await bread_in(home.on_web("charlie"), home.elsewhere) == [0, 0, 0, 0, 1]


@pytest.mark.both_databases
async def test_the_month_begins_at_midnight_in_the_household(
    database: Database, home: World, watch: Watch
) -> None:
    def this_month(session: Session) -> MonthCounts:
        within = access.look(session, home.on_web("alice"), home.home)
        return statistics.count_month(session, within)

    watch.now = datetime(2026, 2, 28, 22, 59, tzinfo=UTC)
    await database.write(stock.consume, home.on_web("alice"), home.home, home.milk, 100)
    watch.now = datetime(2026, 2, 28, 23, 1, tzinfo=UTC)
    assert await database.read(this_month) == MonthCounts(consumed=0, wasted=0)
    await database.write(stock.waste, home.on_web("alice"), home.home, home.milk, 100, "sour")
    assert await database.read(this_month) == MonthCounts(consumed=0, wasted=1)
