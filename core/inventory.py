"""Stock changes. REST, chat, import and jobs all come through here.

A read may inform; the WHERE of one statement decides. Every change raises the item's version, records a
StockMovement and announces what happened, in the caller's transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from core import access, clock, events, notifications
from core.access import Access
from core.actors import Actor
from core.db import table
from core.errors import Conflict, Invalid, NotFound, Stale
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
_undoing = movements.alias("undoing")
_find_movement = select(
    *movements.c, select(_undoing.c.id).where(_undoing.c.undoes == movements.c.id).exists().label("undone")
).where(movements.c.id == bindparam("movement"), movements.c.household_id == bindparam("household"))


@dataclass(frozen=True)
class Change:
    """What a change came to. `crossing` is set when the item changed its stock level by it."""

    item: ItemState
    movement_id: UUID
    delta: int
    crossing: StockLevel | None
    previous_location: str


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
    delta = row.quantity - before.quantity
    kind = MovementKind.ADJUSTED if delta else MovementKind.UPDATED
    if not delta and row.location != before.location and set(values) == {"location"}:
        kind = MovementKind.MOVED
    return _record(session, who, within, row, kind, delta, before=before)


def remove(session: Session, who: Actor, household_id: UUID, item_id: UUID) -> ItemState:
    """Take an item off the list; its movements stay. Raises NotFound."""
    within = access.change(session, who, household_id)
    gone = delete(items).where(*_here).returning(*items.c)
    row = session.execute(gone, {"item": item_id, "household": household_id}).first()
    if row is None:
        raise NotFound("There is no such item in this household. It may have been removed already.")
    item = ItemState.of(row, within.today)
    now = clock.utcnow()
    _write_movement(
        session, item, MovementKind.DELETED, -item.quantity, who, version=item.version + 1, left=0
    )
    notifications.announce(session, who, within, events.ItemRemoved(**_event(within, item, now)))
    return item


def undo(session: Session, who: Actor, household_id: UUID, movement_id: UUID) -> Change:
    """Take a movement back by one that compensates it.

    Raises NotFound for an unknown movement, and Conflict when it was undone already, when there is nothing
    to compensate, when the item is gone, or when what came after it leaves no room.
    """
    within = access.change(session, who, household_id)
    moved = session.execute(_find_movement, {"movement": movement_id, "household": household_id}).first()
    if moved is None:
        raise NotFound("There is no such movement in this household.")
    if moved.undone:
        raise Conflict("This was undone already.")
    if moved.kind not in _UNDOABLE:
        raise Conflict("This cannot be undone. Using, adding, throwing away, correcting and moving can.")
    row = session.execute(_find, {"item": moved.item_id, "household": household_id}).first()
    if row is None:
        raise Conflict(f"{moved.item_name} is off the list, so this cannot be undone.")
    before = ItemState.of(row, within.today)
    row = _set(session, within, before, _compensation(moved, before))
    delta = row.quantity - before.quantity
    return _record(session, who, within, row, MovementKind.UNDONE, delta, before=before, undoes=moved.id)


_UNDOABLE = {
    MovementKind.CONSUMED,
    MovementKind.WASTED,
    MovementKind.RESTOCKED,
    MovementKind.MOVED,
    MovementKind.ADJUSTED,
}


def _compensation(moved: Any, before: ItemState) -> dict[str, Any]:
    """Return the columns that an item has without a movement. Raises Conflict when it cannot be had."""
    if moved.kind == MovementKind.MOVED:
        if moved.previous_location is None:
            raise Conflict(f"{before.name} was there already, so there is nothing to undo.")
        if before.location != moved.location:
            raise Conflict(f"{before.name} was moved again since. Move it to where it should be.")
        return {"location": moved.previous_location}
    quantity = before.quantity - moved.delta
    if not 0 <= quantity <= LARGEST:
        left = display(before.quantity, before.unit)
        raise Conflict(f"There is {left} of {before.name} now, which leaves no room to undo this.")
    return {"quantity": quantity}


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
    undoes: UUID | None = None,
) -> Change:
    item = ItemState.of(row, within.today)
    previous_location = before.location if before is not None else item.location
    moved_from = previous_location if previous_location != item.location else None
    movement_id = _write_movement(
        session, item, kind, delta, who, reason=reason, notes=notes, moved_from=moved_from, undoes=undoes
    )
    if before is not None:
        level = before.level
    elif kind is MovementKind.ADDED:
        level = item.level
    else:
        level = stock_level(item.quantity - delta, item.min_quantity)
    crossing = _crossing(level, item.level)
    facts = _event(within, item, row.updated_at)
    happened: list[events.ItemEvent] = [_what_happened(kind, delta, before, item, reason, facts)]
    if crossing is not None:
        happened.append(_CROSSED[crossing](**facts, kind=kind, delta=delta))
    notifications.announce(session, who, within, *happened)
    return Change(item, movement_id, delta, crossing, previous_location)


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


def _write_movement(
    session: Session,
    item: ItemState,
    kind: MovementKind,
    delta: int,
    who: Actor,
    *,
    reason: str | None = None,
    notes: str | None = None,
    version: int | None = None,
    left: int | None = None,
    moved_from: str | None = None,
    undoes: UUID | None = None,
) -> UUID:
    movement_id = uuid4()
    session.execute(
        _insert_movement,
        {
            "id": movement_id,
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
            "previous_location": moved_from,
            "undoes": undoes,
            "reason": reason,
            "notes": notes,
            "user_id": who.user_id,
            "created_at": clock.utcnow(),
        },
    )
    return movement_id
