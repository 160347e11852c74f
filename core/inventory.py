"""Stock changes. REST, chat, import and jobs all come through here.

A read may inform; the WHERE of one statement decides. Every change raises the item's version, records a
StockMovement and announces what happened, in the caller's transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from core import access, clock, events, notifications
from core.access import Access
from core.actors import Actor
from core.db import table
from core.errors import Invalid, NotFound, Stale
from core.items import ItemState, StockLevel, stock_level
from core.models import Item, MovementKind, StockMovement
from core.quantities import LARGEST, display
from core.text import fold

items = table(Item)
movements = table(StockMovement)

_here = (items.c.id == bindparam("item"), items.c.household_id == bindparam("household"))
_stamp = {
    "version": items.c.version + 1,
    "updated_at": bindparam("now"),
    "updated_by": bindparam("user"),
}
_take = (
    update(items)
    .where(*_here, items.c.quantity >= bindparam("amount"))
    .values(quantity=items.c.quantity - bindparam("amount"), **_stamp)
    .returning(*items.c)
)
_give = (
    update(items)
    .where(*_here, items.c.quantity + bindparam("amount") <= LARGEST)
    .values(quantity=items.c.quantity + bindparam("amount"), **_stamp)
    .returning(*items.c)
)
_insert_item = insert(items).returning(*items.c)
_insert_movement = insert(movements)
_find = select(*items.c).where(*_here)


@dataclass(frozen=True)
class Change:
    """What a change came to. `crossing` is set when the item changed its stock level by it."""

    item: ItemState
    movement_id: UUID
    delta: int
    crossing: StockLevel | None
    previous_location: str


@dataclass(frozen=True)
class Record:
    """A change, the movement to write for it, and what happened: the alert, if there is one, last."""

    change: Change
    movement: dict[str, Any]
    happened: Sequence[events.ItemEvent]


def find(session: Session, within: Access, item_id: UUID) -> ItemState:
    """Return an item of the household. Raises NotFound."""
    row = session.execute(_find, {"item": item_id, "household": within.household_id}).first()
    if row is None:
        raise NotFound("There is no such item in this household. It may have been removed.")
    return ItemState.of(row, within.today)


def add(session: Session, who: Actor, household_id: UUID, values: Mapping[str, Any]) -> Change:
    """Create an item from validated columns."""
    within = access.change(session, who, household_id)
    now = clock.utcnow()
    stamps = {"created_at": now, "created_by": who.user_id, "updated_at": now, "updated_by": who.user_id}
    row = session.execute(
        _insert_item.values(
            id=uuid4(),
            household_id=household_id,
            name_key=fold(values["name"]),
            version=1,
            **stamps,
            **values,
        )
    ).one()
    return _record(session, who, within, row, MovementKind.ADDED, row.quantity)


def consume(
    session: Session, who: Actor, household_id: UUID, item_id: UUID, amount: int, notes: str | None = None
) -> Change:
    """Use up some of an item. Raises Invalid when there is less, NotFound."""
    return _reduce(session, who, household_id, item_id, amount, MovementKind.CONSUMED, notes=notes)


def waste(
    session: Session,
    who: Actor,
    household_id: UUID,
    item_id: UUID,
    amount: int,
    reason: str,
    notes: str | None = None,
) -> Change:
    """Throw some of an item away. Raises Invalid when there is less, NotFound."""
    return _reduce(
        session, who, household_id, item_id, amount, MovementKind.WASTED, reason=reason, notes=notes
    )


def restock(
    session: Session, who: Actor, household_id: UUID, item_id: UUID, amount: int, notes: str | None = None
) -> Change:
    """Put more of an item into store. Raises Invalid when it would be too much, NotFound."""
    within = access.change(session, who, household_id)
    row = session.execute(_give, _parameters(within, item_id, amount=amount)).first()
    if row is None:
        find(session, within, item_id)
        raise Invalid("An item cannot have more than 1,000,000. Restock less.", "quantity")
    return _record(session, who, within, row, MovementKind.RESTOCKED, amount, notes=notes)


def move(
    session: Session, who: Actor, household_id: UUID, item_id: UUID, location: str, notes: str | None = None
) -> Change:
    """Put an item in another place. Raises NotFound."""
    within = access.change(session, who, household_id)
    before = find(session, within, item_id)
    row = _set(session, within, before, {"location": location})
    return _record(session, who, within, row, MovementKind.MOVED, 0, before=before, notes=notes)


def patch(
    session: Session,
    who: Actor,
    household_id: UUID,
    item_id: UUID,
    version: int | None,
    values: Mapping[str, Any],
) -> Change:
    """Change an item's columns if it still has `version` (None: whatever it has).

    A changed quantity is an adjustment, neither consumed nor wasted. Raises Stale with the current state
    when the item has another version, and NotFound.
    """
    within = access.change(session, who, household_id)
    before = find(session, within, item_id)
    if version is not None and before.version != version:
        raise Stale(before)
    row = _set(session, within, before, values)
    kind = kind_of_edit(before, row, values)
    return _record(session, who, within, row, kind, row.quantity - before.quantity, before=before)


def kind_of_edit(before: ItemState, after: Any, columns: Collection[str]) -> MovementKind:
    """Return what it is to set these columns of an item; `after` has them as they are now."""
    if after.quantity != before.quantity:
        return MovementKind.ADJUSTED
    moved = after.location != before.location and set(columns) == {"location"}
    return MovementKind.MOVED if moved else MovementKind.UPDATED


def remove(session: Session, who: Actor, household_id: UUID, item_id: UUID) -> ItemState:
    """Take an item off the list; its movements stay. Raises NotFound."""
    within = access.change(session, who, household_id)
    gone = delete(items).where(*_here).returning(*items.c)
    row = session.execute(gone, {"item": item_id, "household": household_id}).first()
    if row is None:
        raise NotFound("There is no such item in this household. It may have been removed already.")
    item = ItemState.of(row, within.today)
    now = clock.utcnow()
    movement = _movement(item, MovementKind.DELETED, -item.quantity, who, version=item.version + 1, left=0)
    session.execute(_insert_movement, movement)
    notifications.announce(session, who, within, events.ItemRemoved(**_event(within, item, now)))
    return item


def _reduce(
    session: Session,
    who: Actor,
    household_id: UUID,
    item_id: UUID,
    amount: int,
    kind: MovementKind,
    reason: str | None = None,
    notes: str | None = None,
) -> Change:
    within = access.change(session, who, household_id)
    row = session.execute(_take, _parameters(within, item_id, amount=amount)).first()
    if row is None:
        item = find(session, within, item_id)
        if item.quantity == 0:
            raise Invalid(f"There is no {item.name} left.", "quantity")
        left, wanted = display(item.quantity, item.unit), display(amount, item.unit)
        raise Invalid(f"There is only {left} of {item.name} left, not {wanted}.", "quantity")
    return _record(session, who, within, row, kind, -amount, reason=reason, notes=notes)


def _parameters(within: Access, item_id: UUID, **more: Any) -> dict[str, Any]:
    return {
        "item": item_id,
        "household": within.household_id,
        "user": within.user_id,
        "now": clock.utcnow(),
        **more,
    }


def _set(session: Session, within: Access, before: ItemState, values: Mapping[str, Any]) -> Row[Any]:
    columns = dict(values)
    if "name" in columns:
        columns["name_key"] = fold(columns["name"])
    statement = (
        update(items)
        .where(*_here, items.c.version == before.version)
        .values(**columns, **_stamp)
        .returning(*items.c)
    )
    row = session.execute(statement, _parameters(within, before.id)).first()
    if row is None:
        raise Stale(find(session, within, before.id))
    return row


def _record(
    session: Session,
    who: Actor,
    within: Access,
    row: Row[Any],
    kind: MovementKind,
    delta: int,
    *,
    before: ItemState | None = None,
    reason: str | None = None,
    notes: str | None = None,
) -> Change:
    item = ItemState.of(row, within.today)
    record = record_of(who, within, item, kind, delta, before=before, reason=reason, notes=notes)
    session.execute(_insert_movement, record.movement)
    notifications.announce(session, who, within, *record.happened)
    return record.change


def record_of(
    who: Actor,
    within: Access,
    item: ItemState,
    kind: MovementKind,
    delta: int,
    *,
    before: ItemState | None = None,
    reason: str | None = None,
    notes: str | None = None,
) -> Record:
    """Return what a change came to, of an item that is now like this; it writes nothing."""
    movement = _movement(item, kind, delta, who, reason=reason, notes=notes)
    if before is not None:
        level = before.level
    elif kind is MovementKind.ADDED:
        level = item.level
    else:
        level = stock_level(item.quantity - delta, item.min_quantity)
    crossing = _crossing(level, item.level)
    previous_location = before.location if before is not None else item.location
    facts = _event(within, item, item.updated_at)
    happened: list[events.ItemEvent] = [_what_happened(kind, delta, before, item, reason, facts)]
    if crossing is not None:
        happened.append(_CROSSED[crossing](**facts, kind=kind, delta=delta))
    return Record(Change(item, movement["id"], delta, crossing, previous_location), movement, happened)


_CROSSED: dict[StockLevel, type[events.LevelEvent]] = {
    StockLevel.LOW: events.StockRanLow,
    StockLevel.OUT: events.StockRanOut,
    StockLevel.OK: events.StockRecovered,
}


def _crossing(before: StockLevel, after: StockLevel) -> StockLevel | None:
    """Return the level that a change led to, when people should be told of it.

    From out to low is neither news nor enough again, so it is nobody's alert.
    """
    if before is after or (before is StockLevel.OUT and after is StockLevel.LOW):
        return None
    return after


def _what_happened(
    kind: MovementKind,
    delta: int,
    before: ItemState | None,
    item: ItemState,
    reason: str | None,
    facts: dict[str, Any],
) -> events.ItemEvent:
    if kind is MovementKind.ADDED:
        return events.ItemAdded(**facts)
    changes = ["quantity"] if before is None else changed_fields(before, item)
    if kind is MovementKind.UPDATED:
        return events.ItemUpdated(**facts, changes=changes)
    previous = before.location if before is not None else None
    return events.StockMoved(
        **facts, kind=kind, delta=delta, changes=changes, previous_location=previous, reason=reason
    )


def changed_fields(before: ItemState, after: ItemState) -> list[str]:
    """Return the names of the fields in which two states differ, stamps left out."""
    stamps = {"version", "updated_at", "updated_by"}
    names = [name for name in ItemState.__annotations__ if name not in stamps]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _event(within: Access, item: ItemState, at: Any) -> dict[str, Any]:
    return {
        "household_id": within.household_id,
        "item": item,
        "user_id": within.user_id,
        "user_name": within.user_name,
        "at": at,
    }


def _movement(
    item: ItemState,
    kind: MovementKind,
    delta: int,
    who: Actor,
    *,
    reason: str | None = None,
    notes: str | None = None,
    version: int | None = None,
    left: int | None = None,
) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "household_id": item.household_id,
        "item_id": item.id,
        "item_version": version or item.version,
        "item_name": item.name,
        "category": item.category,
        "kind": kind,
        "delta": delta,
        "quantity_after": item.quantity if left is None else left,
        "unit": item.unit,
        "location": item.location,
        "reason": reason,
        "notes": notes,
        "user_id": who.user_id,
        "created_at": clock.utcnow(),
    }
