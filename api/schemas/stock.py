"""Consuming, wasting, restocking and moving."""

from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from api.schemas.base import Body, Out, example
from api.schemas.fields import Amount, Location, Notes, Units, text
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


class StockChange(Out):
    """Base of answers to a stock change; `DONE` is the participle in the names of their fields."""

    DONE: ClassVar[str]

    @classmethod
    def of(cls, change: Change, **more: object) -> Self:
        """Return the answer to a change; `more` holds fields that the change does not know."""
        item = change.item
        done = {
            "movement_id": change.movement_id,
            "previous_location": change.previous_location,
            "current_location": item.location,
            "remaining_quantity": item.quantity,
            f"{cls.DONE}_quantity": abs(change.delta),
            f"{cls.DONE}_at": item.updated_at,
            f"{cls.DONE}_by": item.updated_by,
        }
        return cls.model_validate({**vars(item), **done, **more})


class StockOut(StockChange):
    """`movementId` is used to undo it."""

    id: UUID
    movement_id: UUID
    remaining_quantity: Units
    version: int


class ConsumedOut(StockOut):
    DONE = "consumed"

    consumed_quantity: Units
    consumed_at: datetime
    consumed_by: UUID | None


class WastedOut(StockOut):
    DONE = "wasted"

    wasted_quantity: Units
    reason: str
    wasted_at: datetime
    wasted_by: UUID | None


class RestockedOut(StockOut):
    DONE = "restocked"

    restocked_quantity: Units
    restocked_at: datetime
    restocked_by: UUID | None


class MovedOut(StockChange):
    DONE = "moved"

    id: UUID
    movement_id: UUID
    previous_location: str
    current_location: str
    moved_at: datetime
    moved_by: UUID | None
    version: int
