"""Figures over all households of a person, counted from items and movements."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.db import table
from core.inventory.statistics import count_items, expiring_soon, grouped, midnight, stands
from core.models import Household, Item, Member, MovementKind, StockMovement

members, households, items, movements = table(Member), table(Household), table(Item), table(StockMovement)

WEEK_DAYS = 7


@dataclass(frozen=True)
class Dashboard:
    """Figures over all households of a person, each by its own date.

    `waste_reduction_percent` compares this month so far with as many days of the last one: negative when more
    is wasted now, 0 without anything to compare with.
    """

    households: int
    total_items: int
    expiring_in_week: int
    expired_items: int
    low_stock_items: int
    added_today: int
    consumed_today: int
    wasted_this_week: int
    wasted_this_month: int
    waste_reduction_percent: int
    most_wasted_category: str | None
    updated_at: datetime


@dataclass(frozen=True)
class _Periods:
    """When the periods of a date began. Last month's ends after as much time as this month has had."""

    today: datetime
    week: datetime
    month: datetime
    last_month: datetime
    last_month_until: datetime

    @classmethod
    def of(cls, day: date, now: datetime, timezone: str) -> "_Periods":
        first = day.replace(day=1)
        last_first = (first - timedelta(days=1)).replace(day=1)
        month, last_month = midnight(first, timezone), midnight(last_first, timezone)
        return cls(
            today=midnight(day, timezone),
            week=midnight(day - timedelta(days=day.weekday()), timezone),
            month=month,
            last_month=last_month,
            last_month_until=min(last_month + (now - month), month),
        )


def stats(session: Session, who: Actor) -> Dashboard:
    """Return the figures of all of a person's households."""
    now = clock.utcnow()
    mine = session.execute(
        select(households.c.id, households.c.timezone)
        .join(members, members.c.household_id == households.c.id)
        .where(members.c.user_id == who.user_id)
    ).all()
    days = {row.id: clock.today(row.timezone) for row in mine}
    counts = count_items(session, days).values()
    by_periods = grouped({row.id: _Periods.of(days[row.id], now, row.timezone) for row in mine})
    moved = _count_movements(session, by_periods)
    wasted_before = moved.pop("wasted_last_month")
    return Dashboard(
        households=len(mine),
        total_items=sum(one.total for one in counts),
        expiring_in_week=_expiring_in_week(session, days),
        expired_items=sum(one.expired for one in counts),
        low_stock_items=sum(one.low for one in counts),
        waste_reduction_percent=_reduction(wasted_before, moved["wasted_this_month"]),
        most_wasted_category=_most_wasted_category(session, by_periods),
        updated_at=now,
        **moved,
    )


def _expiring_in_week(session: Session, days: Mapping[UUID, date]) -> int:
    by_day = grouped(days).items()
    soon = (and_(items.c.household_id.in_(ids), expiring_soon(day, WEEK_DAYS)) for day, ids in by_day)
    query = select(func.count()).select_from(items).where(or_(false(), *soon))
    return session.execute(query).scalar_one()


def _count_movements(session: Session, by_periods: Mapping[_Periods, Sequence[UUID]]) -> dict[str, int]:
    """Count movements by kind and period, except undone ones, in one query."""

    def counted(
        name: str, kind: MovementKind, within: Callable[[_Periods], ColumnElement[bool]]
    ) -> ColumnElement[int]:
        hit = and_(movements.c.kind == kind, _in(by_periods, within))
        return func.count(case((hit, 1))).label(name)

    at = movements.c.created_at
    wasted, added, consumed = MovementKind.WASTED, MovementKind.ADDED, MovementKind.CONSUMED
    earliest = _in(by_periods, lambda periods: at >= min(periods.last_month, periods.week))
    row = session.execute(
        select(
            counted("added_today", added, lambda periods: at >= periods.today),
            counted("consumed_today", consumed, lambda periods: at >= periods.today),
            counted("wasted_this_week", wasted, lambda periods: at >= periods.week),
            counted("wasted_this_month", wasted, lambda periods: at >= periods.month),
            counted(
                "wasted_last_month",
                wasted,
                lambda periods: and_(at >= periods.last_month, at < periods.last_month_until),
            ),
        ).where(earliest, stands)
    ).one()
    return row._asdict()


def _in(
    by_periods: Mapping[_Periods, Sequence[UUID]], within: Callable[[_Periods], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Return the condition that a movement is in a period of its household."""
    return or_(
        false(),
        *(and_(movements.c.household_id.in_(ids), within(periods)) for periods, ids in by_periods.items()),
    )


def _reduction(before: int, now: int) -> int:
    return round(100 * (before - now) / before) if before else 0


def _most_wasted_category(session: Session, by_periods: Mapping[_Periods, Sequence[UUID]]) -> str | None:
    this_month = _in(by_periods, lambda periods: movements.c.created_at >= periods.month)
    query = (
        select(movements.c.category)
        .where(movements.c.kind == MovementKind.WASTED, movements.c.category.is_not(None), this_month, stands)
        .group_by(movements.c.category)
        .order_by(func.count().desc(), movements.c.category)
        .limit(1)
    )
    return session.execute(query).scalar()
