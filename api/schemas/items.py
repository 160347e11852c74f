"""Items."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, StrictBool

from api.schemas.base import Body, Change, Out, Patch, View, example
from api.schemas.errors import ErrorOut
from api.schemas.fields import (
    Day,
    Location,
    Name,
    Notes,
    Price,
    Quantity,
    Units,
    as_number,
    optional_text,
    text,
)
from api.schemas.pagination import PaginationOut
from core.inventory.catalog import ItemDetails, ItemPage
from core.prices import CENTS
from core.quantities import THOUSANDTHS
from core.values.items import (
    DEFAULT_LOCATION,
    LONGEST_BARCODE,
    LONGEST_CATEGORY,
    LONGEST_NAME,
    LONGEST_UNIT,
    ExpirationStatus,
    ItemState,
)

Euros = Annotated[int | float, BeforeValidator(lambda cents: as_number(cents * THOUSANDTHS // CENTS))]


class ItemFields(Body):
    name: Annotated[str, text(LONGEST_NAME)] | None = None
    quantity: Quantity | None = None
    unit: Annotated[str, text(LONGEST_UNIT)] | None = None
    location: Location | None = None
    category: Annotated[str | None, optional_text(LONGEST_CATEGORY)] = None
    expiration_date: Day | None = None
    best_before_date: Day | None = None
    purchase_date: Day | None = None
    price: Price | None = None
    notes: Notes = None
    min_quantity: Quantity | None = None
    barcode: Annotated[str | None, optional_text(LONGEST_BARCODE)] = None
    critical: StrictBool | None = None


class ItemBody(ItemFields, Change):
    """A whole item. If it is critical, running out is reported even in quiet hours."""

    model_config = example(
        name="Milk",
        quantity=2,
        unit="l",
        location="fridge",
        category="Dairy",
        expirationDate="2027-03-31",
        price=1.19,
        minQuantity=1,
        critical=True,
    )

    name: Annotated[str, text(LONGEST_NAME)]
    quantity: Quantity
    unit: Annotated[str, text(LONGEST_UNIT)]
    location: Location = DEFAULT_LOCATION
    critical: StrictBool = False


class ItemPatch(ItemFields, Patch):
    """Some of an item's fields: missing ones stay, and null clears optional ones."""

    model_config = example({"minProperties": 1}, quantity=1.5, notes=None)
    NEVER_NULL = ("name", "quantity", "unit", "location", "critical")


class ItemOut(View):
    id: UUID
    name: str
    quantity: Units
    unit: str
    location: str
    category: str | None
    expiration_date: date | None
    best_before_date: date | None
    purchase_date: date | None
    price: Euros | None
    notes: str | None
    min_quantity: Units | None
    barcode: str | None
    critical: bool
    days_until_expiration: int | None
    expiration_status: ExpirationStatus
    version: int
    created_at: datetime
    created_by: UUID | None
    updated_at: datetime
    updated_by: UUID | None


class StaleOut(ErrorOut):
    """The item has changed since it was read; `currentState` is the present item."""

    current_state: ItemOut


class Creator(Out):
    user_id: UUID | None
    display_name: Name


def _moved(delta: int) -> int | float | None:
    return as_number(abs(delta)) if delta else None


class HistoryOut(View):
    """One movement; `quantity` is how much it moved, and its `id` is used to undo it."""

    id: UUID
    action: str = Field(validation_alias="kind")
    timestamp: datetime = Field(validation_alias="at")
    user: Name = Field(validation_alias="user_name")
    quantity: Annotated[int | float | None, BeforeValidator(_moved)] = Field(
        validation_alias="delta", exclude_if=lambda value: value is None
    )
    notes: str | None = Field(default=None, exclude_if=lambda value: value is None)


class ItemDetailsOut(ItemOut):
    created_by: Creator  # type: ignore[assignment]  # the contract names the creator here, not elsewhere
    history: list[HistoryOut]

    @classmethod
    def of_details(cls, details: ItemDetails) -> Self:
        creator = {"user_id": details.item.created_by, "display_name": details.created_by_name}
        return cls.model_validate({**vars(details.item), "created_by": creator, "history": details.history})


class StatusCounts(Out):
    fresh: int
    expiring_soon: int
    expired: int
    no_expiry: int


class SummaryOut(Out):
    """Counts of the whole household, regardless of filters."""

    total_items: int = Field(validation_alias="total")
    by_location: dict[str, int]
    by_status: StatusCounts


class ItemsOut(Out):
    """One page. `totalCount`, `page` and `pageSize` repeat `pagination` for older clients."""

    items: list[ItemOut]
    pagination: PaginationOut
    total_count: int = Field(validation_alias="total")
    page: int = Field(validation_alias="number")
    page_size: int = Field(validation_alias="size")
    summary: SummaryOut

    @classmethod
    def of(cls, found: ItemPage) -> Self:
        return cls.model_validate({**vars(found), "items": found.rows, "pagination": found})


class ExpiringOut(Out):
    items: list[ItemOut]
    count: int
    filter_days: int

    @classmethod
    def of(cls, items: Sequence[ItemState], days: int) -> Self:
        return cls(items=[ItemOut.of(item) for item in items], count=len(items), filter_days=days)
