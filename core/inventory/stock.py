"""Stock changes, for REST, chat, import and jobs.

Reads may inform, but the WHERE of a single statement decides. Every change raises the item's version, records
a StockMovement and announces its events, in the caller's transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Executable, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.db import table
from core.errors import Conflict, Invalid, NotFound
from core.guards import access
from core.guards.access import Access
from core.inventory import changes
from core.inventory.changes import Change, Record, record_of
from core.models import Item, MovementKind, StockMovement
from core.notifications import announcing
from core.quantities import LARGEST, display
from core.text import fold
from core.values.items import ItemState, Stale

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


@dataclass(frozen=True)
class _Moved:
    """A movement to undo."""

    id: UUID
    kind: str
    delta: int
    unit: str
    location: str
    previous_location: str | None
    item_name: str


# A movement beside its item, which may be gone.
_find_movement = (
    select(
        *items.c,
        *(movements.c[name].label(f"moved_{name}") for name in _Moved.__annotations__),
        select(_undoing.c.id).where(_undoing.c.undoes == movements.c.id).exists().label("undone"),
    )
    .select_from(movements.outerjoin(items, items.c.id == movements.c.item_id))
    .where(movements.c.id == bindparam("movement"), movements.c.household_id == bindparam("household"))
)


def find(session: Session, within: Access, item_id: UUID) -> ItemState:
    """Return an item of the household. Raises NotFound."""
    row = session.execute(_find, {"item": item_id, "household": within.household_id}).first()
    if row is None:
        raise NotFound("There is no such item in this household. It may have been removed.")
    return ItemState.of(row, within.today)


def add(session: Session, who: Actor, household_id: UUID, values: Mapping[str, object]) -> Change:
    """Create an item from validated columns."""
    within = access.change(session, who, household_id)
    now = clock.utcnow()
    stamps = {"created_at": now, "created_by": who.user_id, "updated_at": now, "updated_by": who.user_id}
    name_key = fold(str(values["name"]))
    row = session.execute(
        _insert_item.values(
            id=uuid4(), household_id=household_id, name_key=name_key, version=1, **stamps, **values
        )
    ).one()
    item = ItemState.of(row, within.today)
    record = record_of(who, within, item, MovementKind.ADDED, item.quantity)
    return _keep(session, who, within, record)


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
    """Add to an item's stock. Raises Invalid when it would be too much, NotFound."""
    within = access.change(session, who, household_id)
    item = _changed(session, within, _give, item_id, amount=amount)
    if item is None:
        find(session, within, item_id)
        raise Invalid("An item cannot have more than 1,000,000. Restock less.", "quantity")
    record = record_of(who, within, item, MovementKind.RESTOCKED, amount, notes=notes)
    return _keep(session, who, within, record)


def move(
    session: Session, who: Actor, household_id: UUID, item_id: UUID, location: str, notes: str | None = None
) -> Change:
    """Move an item to another location. Raises NotFound."""
    within = access.change(session, who, household_id)
    before = find(session, within, item_id)
    item = _set(session, within, before, {"location": location})
    record = record_of(who, within, item, MovementKind.MOVED, 0, before=before, notes=notes)
    return _keep(session, who, within, record)


def patch(
    session: Session,
    who: Actor,
    household_id: UUID,
    item_id: UUID,
    version: int | None,
    values: Mapping[str, object],
) -> Change:
    """Change an item's columns if it still has `version` (None: any).

    A changed quantity is an adjustment, neither consumed nor wasted. Raises Stale with the current state
    when the item has another version, and NotFound.
    """
    within = access.change(session, who, household_id)
    before = find(session, within, item_id)
    if version is not None and before.version != version:
        raise Stale(before)
    item = _set(session, within, before, values)
    kind = changes.kind_of_edit(before, item, values)
    record = record_of(who, within, item, kind, item.quantity - before.quantity, before=before)
    return _keep(session, who, within, record)


def remove(session: Session, who: Actor, household_id: UUID, item_id: UUID) -> ItemState:
    """Remove an item; its movements stay. Raises NotFound."""
    within = access.change(session, who, household_id)
    gone = delete(items).where(*_here).returning(*items.c)
    row = session.execute(gone, {"item": item_id, "household": household_id}).first()
    if row is None:
        raise NotFound("There is no such item in this household. It may have been removed already.")
    item = ItemState.of(row, within.today)
    now = clock.utcnow()
    movement = changes.movement_of(
        uuid4(), item, MovementKind.DELETED, -item.quantity, who, version=item.version + 1, left=0
    )
    session.execute(_insert_movement, movement)
    announcing.announce(session, who, within, events.ItemRemoved(**changes.facts_of(within, item, now)))
    return item


def undo(session: Session, who: Actor, household_id: UUID, movement_id: UUID) -> Change:
    """Undo a movement with one that compensates it.

    Raises NotFound for an unknown movement, and Conflict when it was undone already, is of a kind that cannot
    be undone, lost its item, or conflicts with later changes.
    """
    within = access.change(session, who, household_id)
    row = session.execute(_find_movement, {"movement": movement_id, "household": household_id}).first()
    if row is None:
        raise NotFound("There is no such movement in this household.")
    moved = _Moved(**{name: getattr(row, f"moved_{name}") for name in _Moved.__annotations__})
    if row.undone:
        raise Conflict("This was undone already.")
    if moved.kind not in _UNDOABLE:
        raise Conflict("This cannot be undone. Using, restocking, throwing away, correcting and moving can.")
    if row.id is None:
        raise Conflict(f"{moved.item_name} was removed, so this cannot be undone.")
    before = ItemState.of(row, within.today)
    item = _set(session, within, before, _compensation(moved, before))
    delta = item.quantity - before.quantity
    record = record_of(who, within, item, MovementKind.UNDONE, delta, before=before, undoes=moved.id)
    return _keep(session, who, within, record)


_UNDOABLE = {
    MovementKind.CONSUMED,
    MovementKind.WASTED,
    MovementKind.RESTOCKED,
    MovementKind.MOVED,
    MovementKind.ADJUSTED,
}


def _compensation(moved: _Moved, before: ItemState) -> dict[str, object]:
    """Return the columns of an item as if a movement had not been made. Raises Conflict if impossible."""
    if moved.kind == MovementKind.MOVED:
        if moved.previous_location is None:
            raise Conflict(f"{before.name} was there already, so there is nothing to undo.")
        if before.location != moved.location:
            raise Conflict(f"{before.name} was moved again since. Move it to where it should be.")
        return {"location": moved.previous_location}
    if before.unit != moved.unit:
        raise Conflict(f"{before.name} is counted in {before.unit} by now, so this cannot be undone.")
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
    item = _changed(session, within, _take, item_id, amount=amount)
    if item is None:
        there = find(session, within, item_id)
        if there.quantity == 0:
            raise Invalid(f"There is no {there.name} left.", "quantity")
        left, wanted = display(there.quantity, there.unit), display(amount, there.unit)
        raise Invalid(f"There is only {left} of {there.name} left, not {wanted}.", "quantity")
    record = record_of(who, within, item, kind, -amount, reason=reason, notes=notes)
    return _keep(session, who, within, record)


def _changed(
    session: Session, within: Access, statement: Executable, item_id: UUID, **more: object
) -> ItemState | None:
    """Change an item and return its new state, or None when the statement's conditions do not hold."""
    place = {"item": item_id, "household": within.household_id}
    stamp = {"user": within.user_id, "now": clock.utcnow()}
    row = session.execute(statement, {**place, **stamp, **more}).first()
    return ItemState.of(row, within.today) if row is not None else None


def _set(session: Session, within: Access, before: ItemState, values: Mapping[str, object]) -> ItemState:
    columns = dict(values)
    if "name" in columns:
        columns["name_key"] = fold(str(columns["name"]))
    statement = (
        update(items)
        .where(*_here, items.c.version == before.version)
        .values(**columns, **_stamp)
        .returning(*items.c)
    )
    item = _changed(session, within, statement, before.id)
    if item is None:
        raise Stale(find(session, within, before.id))
    return item


def _keep(session: Session, who: Actor, within: Access, record: Record) -> Change:
    session.execute(_insert_movement, record.movement)
    announcing.announce(session, who, within, *record.happened)
    return record.change
