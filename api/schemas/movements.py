"""Stock movements."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.schemas.base import Out, View
from api.schemas.fields import Name, Units
from api.schemas.pagination import PaginationOut
from api.schemas.stock import StockChange
from core.inventory.movements import MovementState
from core.pages import Page


class MovementOut(View):
    """One change of one item. `delta` is negative if the quantity shrank; `undoes` is the movement undone."""

    id: UUID
    item_id: UUID
    item_name: str
    action: str = Field(validation_alias="kind")
    delta: Units
    quantity_after: Units
    unit: str
    location: str
    previous_location: str | None
    reason: str | None
    notes: str | None
    undoes: UUID | None
    undone: bool
    user_id: UUID | None
    user: Name = Field(validation_alias="user_name")
    timestamp: datetime = Field(validation_alias="at")


class MovementsOut(Out):
    movements: list[MovementOut]
    pagination: PaginationOut

    @classmethod
    def of(cls, page: Page[MovementState]) -> Self:
        return cls(movements=[MovementOut.of(one) for one in page.rows], pagination=PaginationOut.of(page))


class UndoneOut(StockChange):
    """The item after a movement was undone; `movementId` is the compensating movement."""

    DONE = "undone"

    id: UUID
    movement_id: UUID
    undoes: UUID
    quantity: Units
    location: str
    undone_at: datetime
    undone_by: UUID | None
    version: int
