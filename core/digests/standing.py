"""What expires in a household and what is low, by one person's own minimums and without what they muted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict, TypeVar
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from core.db import table
from core.inventory.statistics import expires, is_low
from core.models import Item, WatchLevel
from core.preferences.follows import Watching
from core.preferences.recipients import Recipient
from core.values.digests import ExpiringItem, LowItem
from core.values.items import StockLevel, stock_level

T = TypeVar("T")

items = table(Item)

# What expired longer ago is not news: it is kept on purpose, or nobody keeps the list up to date.
NEWS_FOR = timedelta(days=30)
# The longest list: nobody reads more, and it is stored with each notification.
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
    """An item that expires soon or has expired lately, and how the person watches it."""

    item: ExpiringItem
    watching: Watching


class Standing(TypedDict):
    """What is low and what expires, as fields of a Digest."""

    low: list[LowItem]
    more_low: int
    expiring: list[ExpiringItem]
    more_expiring: int


def of_recipient(session: Session, to: Recipient) -> Standing:
    """Return what is low and what expires for a person, at most 50 of each, and how many more there are."""
    low_ones, more_low = cut(low(session, to))
    expiring_ones, more_expiring = cut([one.item for one in expiring(session, to)])
    return {"low": low_ones, "more_low": more_low, "expiring": expiring_ones, "more_expiring": more_expiring}


def low(session: Session, to: Recipient) -> list[LowItem]:
    """Return what is low or out of stock for a person; what is out comes first."""
    minimums = to.watched.minimums(to.household_id)
    found = [
        LowItem(row.id, row.name, row.quantity, row.unit, minimums.get(row.id, row.min_quantity))
        for row in session.execute(_low, {"household": to.household_id, "own": list(minimums)})
        if not to.watched.mutes(to.household_id, row.id, row.category, row.location)
    ]
    return [one for one in found if stock_level(one.quantity, one.min_quantity) is not StockLevel.OK]


def expiring(session: Session, to: Recipient) -> list[Expiring]:
    """Return what expires within a person's warning days or expired in the last 30, the earliest first."""
    first, last = to.today - NEWS_FOR, to.today + timedelta(days=to.warning_days)
    return _expiring(session, to, _around, first=first, last=last)


def expiring_of(session: Session, to: Recipient, ids: Sequence[UUID]) -> list[Expiring]:
    """Return those of some items that have a date and are not used up."""
    return _expiring(session, to, _of_ids, ids=ids)


def _expiring(
    session: Session, to: Recipient, query: Select[*tuple[object, ...]], **parameters: object
) -> list[Expiring]:
    found = []
    for row in session.execute(query, {"household": to.household_id, **parameters}):
        watching = to.watched.at(to.household_id, row.id, row.category, row.location)
        if watching.level != WatchLevel.MUTE:
            days = (row.expires - to.today).days
            item = ExpiringItem(row.id, row.name, row.quantity, row.unit, row.location, days, row.expires)
            found.append(Expiring(item, watching))
    return found


def cut(found: Sequence[T]) -> tuple[list[T], int]:
    """Return the first 50, and how many more there are."""
    return list(found[:MOST]), max(0, len(found) - MOST)
