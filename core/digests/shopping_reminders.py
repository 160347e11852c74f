"""Shopping reminders: which lists have entries that nobody has ticked off yet."""

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core import clock, events
from core.db import table
from core.models import ShoppingList, ShoppingListItem
from core.preferences.recipients import Recipient
from core.values.digests import OpenList

_lists, _entries = table(ShoppingList), table(ShoppingListItem)

# How many entries of a list a reminder names.
NAMED = 10
_place = (
    func.row_number()
    .over(partition_by=_entries.c.list_id, order_by=(_entries.c.added_at, _entries.c.id))
    .label("place")
)
_size = func.count().over(partition_by=_entries.c.list_id).label("size")
_open = (
    select(_lists.c.id, _lists.c.name, _entries.c.name.label("entry"), _lists.c.created_at, _place, _size)
    .join(_entries, _entries.c.list_id == _lists.c.id)
    .where(_lists.c.household_id == bindparam("household"), _entries.c.completed_at.is_(None))
    .subquery()
)
_first = select(_open).where(_open.c.place <= NAMED).order_by(_open.c.created_at, _open.c.id, _open.c.place)


def remind(session: Session, to: Recipient) -> events.ShoppingReminded | None:
    """Return a household's lists with open entries, the oldest first, or None if there is none."""
    lists: dict[object, OpenList] = {}
    for row in session.execute(_first, {"household": to.household_id}):
        lists.setdefault(row.id, OpenList(row.id, row.name, row.size, [])).names.append(row.entry)
    if not lists:
        return None
    return events.ShoppingReminded(
        at=clock.utcnow(),
        household_id=to.household_id,
        household_name=to.household_name,
        lists=list(lists.values()),
    )
