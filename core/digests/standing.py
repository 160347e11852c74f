"""How things stand in a household for one of its people: what expires, and what is low by their minimums.

Of what they muted there is nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict, TypeVar
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from core.db import table
from core.inventory.statistics import expires, is_low
from core.models import Item
from core.preferences.follows import Watching
from core.preferences.recipients import Recipient
from core.values.digests import ExpiringItem, LowItem
from core.values.items import StockLevel, stock_level

T = TypeVar("T")

items = table(Item)

# What expired longer ago is no news: it is kept on purpose, or nobody looks at the list.
NEWS_FOR = timedelta(days=30)
# What a list has at most: more nobody reads, and it is kept with each notification.
MOST = 50
_shown = [items.c[name] for name in ("id", "name", "quantity", "unit", "location", "category")]
_dated = (
    select(*_shown, expires.label("expires"))
    .where(items.c.household_id == bindparam("household"), items.c.quantity > 0, expires.is_not(None))
    .order_by(expires, items.c.name_key, items.c.id)
)
_around = _dated.where(expires.between(bindparam("first"), bindparam("last")))
_of_ids = _dated.where(items.c.id.in_(bindparam("ids", expanding=True)))
_low = (
    select(*_shown, items.c.min_quantity)
    .where(
        items.c.household_id == bindparam("household"),
        or_(items.c.quantity == 0, is_low, items.c.id.in_(bindparam("own", expanding=True))),
    )
    .order_by(items.c.quantity > 0, items.c.name_key, items.c.id)
)


@dataclass(frozen=True)
class Expiring:
    """An item that expires within somebody's days of warning, or did lately, and how they look at it."""

    item: ExpiringItem
    expires: date
    watching: Watching


class Standing(TypedDict):
    """How things stand, as fields of a Digest."""

    low: list[LowItem]
    more_low: int
    expiring: list[ExpiringItem]
    more_expiring: int


def of_recipient(session: Session, to: Recipient) -> Standing:
    """Return what is low and what expires, at most 50 of each, and how many more there are."""
    low_ones, more_low = cut(low(session, to))
    expiring_ones, more_expiring = cut([one.item for one in expiring(session, to)])
    return {"low": low_ones, "more_low": more_low, "expiring": expiring_ones, "more_expiring": more_expiring}


def low(session: Session, to: Recipient) -> list[LowItem]:
    """Return what is low or out for a person, what is out first."""
    minimums = to.watched.minimums(to.household_id)
    found = [
        LowItem(row.id, row.name, row.quantity, row.unit, minimums.get(row.id, row.min_quantity))
        for row in session.execute(_low, {"household": to.household_id, "own": list(minimums)})
        if not to.watched.mutes(to.household_id, row.id, row.category, row.location)
    ]
    return [one for one in found if stock_level(one.quantity, one.min_quantity) is not StockLevel.OK]


def expiring(session: Session, to: Recipient) -> list[Expiring]:
    """Return what expires within a person's days of warning, what comes first at the top.

    Days are the household's. Also what has expired, at most 30 days ago.
    """
    first, last = to.today - NEWS_FOR, to.today + timedelta(days=to.warning_days)
    return _expiring(session, to, _around, first=first, last=last)


def expiring_of(session: Session, to: Recipient, ids: Sequence[UUID]) -> list[Expiring]:
    """Return those of some items that have a date, and of which something is left."""
    return _expiring(session, to, _of_ids, ids=ids)


def _expiring(
    session: Session, to: Recipient, query: Select[*tuple[object, ...]], **parameters: object
) -> list[Expiring]:
    return [
        Expiring(
            ExpiringItem(
                row.id,
                row.name,
                row.quantity,
                row.unit,
                row.location,
                (row.expires - to.today).days,
                row.expires,
            ),
            row.expires,
            to.watched.at(to.household_id, row.id, row.category, row.location),
        )
        for row in session.execute(query, {"household": to.household_id, **parameters})
        if not to.watched.mutes(to.household_id, row.id, row.category, row.location)
    ]


def cut(found: Sequence[T]) -> tuple[list[T], int]:
    """Return the first 50, and how many more there are."""
    return list(found[:MOST]), max(0, len(found) - MOST)
