"""Figures of households, counted from items and movements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from core.db import table
from core.guards.access import Access
from core.models import Item, MovementKind, StockMovement
from core.values.items import SOON_DAYS

K = TypeVar("K")

items = table(Item)
movements = table(StockMovement)

expires = func.coalesce(items.c.expiration_date, items.c.best_before_date)
_undoing = movements.alias("undoing")
stands = ~select(_undoing.c.id).where(_undoing.c.undoes == movements.c.id).exists()
"""The condition that a movement was not undone."""
is_low = and_(items.c.min_quantity.is_not(None), items.c.quantity < items.c.min_quantity)


@dataclass(frozen=True)
class ItemCounts:
    """How many items a household has, and how many of them need attention."""

    total: int = 0
    expiring: int = 0
    expired: int = 0
    low: int = 0


@dataclass(frozen=True)
class MonthCounts:
    """How often something was consumed or wasted this month, except what was undone."""

    consumed: int
    wasted: int


def expiring_soon(today: date, days: int = SOON_DAYS) -> ColumnElement[bool]:
    """Return the condition that an item expires today or within `days`."""
    return expires.between(today, today + timedelta(days=days))


def grouped(keys: Mapping[UUID, K]) -> dict[K, list[UUID]]:
    """Return the ids of each key."""
    ids: dict[K, list[UUID]] = {}
    for id_, key in keys.items():
        ids.setdefault(key, []).append(id_)
    return ids


def count_items(session: Session, today: Mapping[UUID, date]) -> dict[UUID, ItemCounts]:
    """Count the items of several households, each by its own date, in one query."""
    if not today:
        return {}
    # There are at most three dates on earth at a time, however many households there are.
    by_day = grouped(today).items()
    soon = or_(*(and_(items.c.household_id.in_(ids), expiring_soon(day)) for day, ids in by_day))
    late = or_(*(and_(items.c.household_id.in_(ids), expires < day) for day, ids in by_day))
    rows = session.execute(
        select(
            items.c.household_id,
            func.count().label("total"),
            func.count(case((soon, 1))).label("expiring"),
            func.count(case((late, 1))).label("expired"),
            func.count(case((is_low, 1))).label("low"),
        )
        .where(items.c.household_id.in_(today))
        .group_by(items.c.household_id)
    )
    return {row.household_id: ItemCounts(row.total, row.expiring, row.expired, row.low) for row in rows}


def midnight(day: date, timezone: str) -> datetime:
    """Return when a date begins in an IANA zone."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def count_month(session: Session, within: Access) -> MonthCounts:
    """Count this month's movements, from midnight in the household's zone."""
    first = midnight(within.today.replace(day=1), within.timezone)
    row = session.execute(
        select(
            func.count(case((movements.c.kind == MovementKind.CONSUMED, 1))).label("consumed"),
            func.count(case((movements.c.kind == MovementKind.WASTED, 1))).label("wasted"),
        ).where(movements.c.household_id == within.household_id, movements.c.created_at >= first, stands)
    ).one()
    return MonthCounts(row.consumed, row.wasted)
