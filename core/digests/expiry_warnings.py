"""Expiry warnings: each item is warned of once at each stage."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, events
from core.db import batches, table, upsert
from core.digests import standing
from core.digests.standing import Expiring
from core.models import ExpiryWarning, Item, Stage, WatchLevel
from core.preferences.recipients import Recipient
from core.values.digests import ExpiringItem

warnings, _items = table(ExpiryWarning), table(Item)

ROWS_A_BATCH = 100


def warn(
    session: Session, to: Recipient, next_run_at: datetime | None, *, only_followed: bool = False
) -> events.ItemsExpiring | None:
    """Return and record a warning of what reached a new stage, perhaps only of what is followed, or None."""
    days_on = (clock.day_of(next_run_at, to.timezone) - to.today).days if next_run_at is not None else 1
    found = [
        one
        for one in standing.expiring(session, to)
        if not only_followed or one.watching.level == WatchLevel.FOLLOW
    ]
    new: set[UUID] = set()
    for some in batches(found, ROWS_A_BATCH):
        new |= _record(session, to, some, days_on)
    return event(to, [one.item for one in found if one.item.id in new]) if new else None


def stage_of(days: int, days_on: int = 1) -> Stage:
    """Return the stage of an item with `days` left, when the next warnings come in `days_on` days.

    These are days of the household, whose zone may differ from the person's, so there may be none in between.
    """
    if days < 0:
        return Stage.EXPIRED
    return Stage.LAST_DAY if days < max(days_on, 1) else Stage.WINDOW


def _record(session: Session, to: Recipient, found: Sequence[Expiring], days_on: int) -> set[UUID]:
    """Record warnings, and return the ids of the items that had none of this stage yet."""
    mine = (warnings.c.user_id == to.user_id, warnings.c.item_id.in_([one.item.id for one in found]))
    rows = session.execute(select(warnings.c.item_id, warnings.c.stage, warnings.c.expires).where(*mine))
    known = {(item_id, stage, expires) for item_id, stage, expires in rows}
    stages = {one.item.id: stage_of(one.item.days, days_on) for one in found}
    wanted = [one for one in found if (one.item.id, stages[one.item.id], one.item.expires) not in known]
    if not wanted:
        return set()
    # Removing an item waits for the streams of its people, so waiting for the item here could deadlock.
    still_there = set(
        session.execute(
            select(_items.c.id)
            .where(_items.c.id.in_([one.item.id for one in wanted]))
            .with_for_update(read=True, key_share=True, skip_locked=True)
        ).scalars()
    )
    new = [
        {
            "user_id": to.user_id,
            "item_id": one.item.id,
            "stage": stages[one.item.id],
            "expires": one.item.expires,
            "warned_at": clock.utcnow(),
        }
        for one in wanted
        if one.item.id in still_there
    ]
    if not new:
        return set()
    recorded = upsert(session, warnings).values(new).on_conflict_do_nothing()
    return set(session.execute(recorded.returning(warnings.c.item_id)).scalars())


def event(to: Recipient, items: Sequence[ExpiringItem], at: datetime | None = None) -> events.ItemsExpiring:
    """Return the warning of some items, grouped by the days they have left; `at` defaults to now."""
    return events.ItemsExpiring(
        at=at or clock.utcnow(),
        household_id=to.household_id,
        household_name=to.household_name,
        expired=[item for item in items if item.days < 0],
        today=[item for item in items if item.days == 0],
        tomorrow=[item for item in items if item.days == 1],
        later=[item for item in items if item.days > 1],
    )
