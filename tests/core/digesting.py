"""What tests of digests share: a Monday, a clock that ticks, and what somebody was told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import events
from core.db import table
from core.inventory import stock
from core.models import Notification, Topic
from core.operations.clock_process import Clock
from core.values.digests import Digest
from tests.core import world
from tests.core.world import Watch, World

DAILY, WEEKLY = Topic.DAILY_EXPIRY_SUM, Topic.WEEKLY_INVENTORY_REPORT
# Monday, 9:00 in Berlin.
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


async def at(ticking: Clock, watch: Watch, moment: datetime) -> None:
    watch.now = moment
    await ticking.run_once()


def told(session: Session, user_id: UUID, topic: Topic = DAILY) -> list[Digest]:
    """Return a person's digests of a kind, the oldest first."""
    rows = session.execute(
        select(table(Notification).c.payload)
        .where(table(Notification).c.user_id == user_id, table(Notification).c.topic == topic)
        .order_by(table(Notification).c.created_at)
    )
    found = [events.load("DigestGathered", row.payload) for row in rows]
    return [event.digest for event in found if isinstance(event, events.DigestGathered)]


def add(session: Session, home: World, name: str, **columns: Any) -> UUID:
    item = {**world.milk_columns(), "name": name, **columns}
    return stock.add(session, home.on_web("bob"), home.home, item).item.id
