"""Movements: what was done to items."""

from datetime import datetime
from typing import Self
from uuid import UUID

from api.schemas.base import Out
from api.schemas.fields import as_number
from api.schemas.pagination import PaginationOut
from core.inventory.changes import Change
from core.inventory.movements import MovementState
from core.pages import Page


class MovementOut(Out):
    """One change of one item. `delta` is negative when the quantity shrank; `undoes` is what it took back."""

    id: UUID
    item_id: UUID
    item_name: str
    action: str
    delta: int | float
    quantity_after: int | float
    unit: str
    location: str
    previous_location: str | None
    reason: str | None
    notes: str | None
    undoes: UUID | None
    undone: bool
    user_id: UUID | None
    user: str
    timestamp: datetime

    @classmethod
    def of(cls, movement: MovementState) -> Self:
        return cls(
            id=movement.id,
            item_id=movement.item_id,
            item_name=movement.item_name,
            action=movement.kind,
            delta=as_number(movement.delta),
            quantity_after=as_number(movement.quantity_after),
            unit=movement.unit,
            location=movement.location,
            previous_location=movement.previous_location,
            reason=movement.reason,
            notes=movement.notes,
            undoes=movement.undoes,
            undone=movement.undone,
            user_id=movement.user_id,
            user=movement.user_name or "Former member",
            timestamp=movement.at,
        )


class MovementsOut(Out):
    movements: list[MovementOut]
    pagination: PaginationOut

    @classmethod
    def of(cls, page: Page[MovementState]) -> Self:
        return cls(movements=[MovementOut.of(one) for one in page.rows], pagination=PaginationOut.of(page))


class UndoneOut(Out):
    """The item after a movement was taken back; `movementId` is the compensating movement."""

    id: UUID
    movement_id: UUID
    undoes: UUID
    quantity: int | float
    location: str
    undone_at: datetime
    undone_by: UUID | None
    version: int

    @classmethod
    def of(cls, change: Change, undoes: UUID) -> Self:
        return cls(
            id=change.item.id,
            movement_id=change.movement_id,
            undoes=undoes,
            quantity=as_number(change.item.quantity),
            location=change.item.location,
            undone_at=change.item.updated_at,
            undone_by=change.item.updated_by,
            version=change.item.version,
        )
