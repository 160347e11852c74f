"""What a household has that expires, or has expired."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.db import table
from core.inventory.statistics import expires
from core.models import Item
from core.preferences.follows import Watching
from core.preferences.recipients import Recipient
from core.values.digests import ExpiringItem

items = table(Item)

# What expired longer ago is no news: it is kept on purpose, or nobody looks at the list.
NEWS_FOR = timedelta(days=30)
_dated = (
    select(
        items.c.id,
        items.c.name,
        items.c.quantity,
        items.c.unit,
        items.c.location,
        items.c.category,
        expires.label("expires"),
    )
    .where(
        items.c.household_id == bindparam("household"),
        items.c.quantity > 0,
        expires.is_not(None),
    )
    .order_by(expires, items.c.name_key, items.c.id)
)
_around = _dated.where(expires.between(bindparam("first"), bindparam("last")))
_of_ids = _dated.where(items.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Expiring:
    """An item that expires within somebody's days of warning, or did lately, and how they look at it."""

    item: ExpiringItem
    expires: date
    watching: Watching


def of_recipient(session: Session, to: Recipient) -> Sequence[Expiring]:
    """Return what expires within a person's days of warning, what comes first at the top.

    Days are the household's. Also what has expired, at most 30 days ago. Of what they muted there is nothing.
    """
    today = to.today
    days = {"first": today - NEWS_FOR, "last": today + timedelta(days=to.warning_days)}
    rows = session.execute(_around, {"household": to.household_id, **days})
    return _states(rows, to)


def of_ids(session: Session, to: Recipient, item_ids: Sequence[UUID]) -> Sequence[Expiring]:
    """Return those of some items that there is still something of, and that the person did not mute."""
    rows = session.execute(_of_ids, {"household": to.household_id, "ids": item_ids})
    return _states(rows, to)


def _states(rows: Iterable[Any], to: Recipient) -> list[Expiring]:
    today = to.today
    return [
        _state(row, today, to.watched.at(to.household_id, row.id, row.category, row.location))
        for row in rows
        if not to.watched.mutes(to.household_id, row.id, row.category, row.location)
    ]


def _state(row: Any, today: date, watching: Watching) -> Expiring:
    left = (row.expires - today).days
    item = ExpiringItem(row.id, row.name, row.quantity, row.unit, row.location, left, row.expires)
    return Expiring(item, row.expires, watching)


def ids(found: Sequence[Expiring]) -> list[UUID]:
    """Return the ids of the items."""
    return [one.item.id for one in found]
