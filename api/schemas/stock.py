"""Consuming, wasting, restocking and moving: what is asked, and what it came to."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from api.schemas.base import Body, Out, example
from api.schemas.fields import Amount, Location, Notes, as_number, text
from core.inventory.changes import Change


class AmountBody(Body):
    model_config = example(quantity=0.5, notes="For the pancakes")

    quantity: Amount
    notes: Notes = None


class WasteBody(AmountBody):
    model_config = example(quantity=0.25, reason="Gone sour")

    reason: Annotated[str, text(200)]


class MoveBody(Body):
    model_config = example(newLocation="freezer")

    new_location: Location
    notes: Notes = None


class StockOut(Out):
    """`movementId` is what it can be undone by."""

    id: UUID
    movement_id: UUID
    remaining_quantity: int | float
    version: int


def _left(change: Change) -> dict[str, Any]:
    item = change.item
    return {
        "id": item.id,
        "movement_id": change.movement_id,
        "remaining_quantity": as_number(item.quantity),
        "version": item.version,
    }


class ConsumedOut(StockOut):
    consumed_quantity: int | float
    consumed_at: datetime
    consumed_by: UUID | None

    @classmethod
    def of(cls, change: Change) -> Self:
        return cls(
            **_left(change),
            consumed_quantity=as_number(-change.delta),
            consumed_at=change.item.updated_at,
            consumed_by=change.item.updated_by,
        )


class WastedOut(StockOut):
    wasted_quantity: int | float
    reason: str
    wasted_at: datetime
    wasted_by: UUID | None

    @classmethod
    def of(cls, change: Change, reason: str) -> Self:
        return cls(
            **_left(change),
            wasted_quantity=as_number(-change.delta),
            reason=reason,
            wasted_at=change.item.updated_at,
            wasted_by=change.item.updated_by,
        )


class RestockedOut(StockOut):
    restocked_quantity: int | float
    restocked_at: datetime
    restocked_by: UUID | None

    @classmethod
    def of(cls, change: Change) -> Self:
        return cls(
            **_left(change),
            restocked_quantity=as_number(change.delta),
            restocked_at=change.item.updated_at,
            restocked_by=change.item.updated_by,
        )


class MovedOut(Out):
    id: UUID
    movement_id: UUID
    previous_location: str
    current_location: str
    moved_at: datetime
    moved_by: UUID | None
    version: int

    @classmethod
    def of(cls, change: Change) -> Self:
        return cls(
            id=change.item.id,
            movement_id=change.movement_id,
            previous_location=change.previous_location,
            current_location=change.item.location,
            moved_at=change.item.updated_at,
            moved_by=change.item.updated_by,
            version=change.item.version,
        )
