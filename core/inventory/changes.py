"""What follows from a change of an item: its movement and its events. Nothing is written here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID, uuid4

from core import clock, events
from core.actors import Actor
from core.events.levels import CROSSED, crossing
from core.guards.access import Access
from core.models import MovementKind
from core.values.items import ItemState, StockLevel, stock_level


@dataclass(frozen=True)
class Change:
    """A change; `crossing` is the new stock level if the change crossed into it."""

    item: ItemState
    movement_id: UUID
    delta: int
    crossing: StockLevel | None
    previous_location: str


class ItemFacts(TypedDict):
    """What all events about an item say."""

    household_id: UUID
    item: ItemState
    user_id: UUID
    user_name: str
    at: datetime


@dataclass(frozen=True)
class Record:
    """A change, the movement to write, and its events, the alert last."""

    change: Change
    movement: Mapping[str, object]
    happened: Sequence[events.ItemEvent]


def kind_of_edit(before: ItemState, after: ItemState, columns: Collection[str]) -> MovementKind:
    """Return the kind of an edit of these columns."""
    if after.quantity != before.quantity:
        return MovementKind.ADJUSTED
    moved = after.location != before.location and set(columns) == {"location"}
    return MovementKind.MOVED if moved else MovementKind.UPDATED


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
    undoes: UUID | None = None,
) -> Record:
    """Return the record of a change, from the item after it."""
    previous_location = before.location if before is not None else item.location
    moved_from = previous_location if previous_location != item.location else None
    movement_id = uuid4()
    movement = movement_of(
        movement_id, item, kind, delta, who, reason=reason, notes=notes, moved_from=moved_from, undoes=undoes
    )
    if before is not None:
        level = before.level
    elif kind is MovementKind.ADDED:
        level = item.level
    else:
        level = stock_level(item.quantity - delta, item.min_quantity)
    crossed = crossing(level, item.level)
    facts = facts_of(within, item, item.updated_at)
    changes = ["quantity"] if before is None else changed_fields(before, item)
    happened: list[events.ItemEvent]
    if kind is MovementKind.ADDED:
        happened = [events.ItemAdded(**facts)]
    elif kind is MovementKind.UPDATED:
        happened = [events.ItemUpdated(**facts, changes=changes)]
    else:
        previous = before.location if before is not None else None
        happened = [
            events.StockMoved(
                **facts, kind=kind, delta=delta, changes=changes, previous_location=previous, reason=reason
            )
        ]
    if crossed is not None:
        happened.append(CROSSED[crossed](**facts, kind=kind, delta=delta))
    return Record(Change(item, movement_id, delta, crossed, previous_location), movement, happened)


def changed_fields(before: ItemState, after: ItemState) -> list[str]:
    """Return the fields in which two states differ, except for their stamps."""
    stamps = {"version", "updated_at", "updated_by"}
    names = [name for name in ItemState.__annotations__ if name not in stamps]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def facts_of(within: Access, item: ItemState, at: datetime) -> ItemFacts:
    """Return what all events about an item say."""
    return {
        "household_id": within.household_id,
        "item": item,
        "user_id": within.user_id,
        "user_name": within.user_name,
        "at": at,
    }


def movement_of(
    movement_id: UUID,
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
) -> dict[str, object]:
    """Return the row of a movement, from the item after it, or before it if it is gone (`left` 0)."""
    return {
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
    }
