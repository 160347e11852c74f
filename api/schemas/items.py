"""Items as they are listed, shown and sent."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StrictBool, field_validator

from api.schemas.base import Change, Out, Patch, example
from api.schemas.errors import ErrorOut
from api.schemas.fields import (
    Day,
    Location,
    Notes,
    Price,
    Quantity,
    as_number,
    optional_text,
    refusal,
    text,
)
from api.schemas.pagination import PaginationOut
from core.inventory.catalog import HistoryEntry, ItemDetails, ItemPage
from core.prices import CENTS
from core.values.items import (
    DEFAULT_LOCATION,
    LONGEST_BARCODE,
    LONGEST_CATEGORY,
    LONGEST_NAME,
    LONGEST_UNIT,
    ExpirationStatus,
    ItemState,
)

NOBODY = "Former member"


class ItemBody(Change):
    """A whole item. That a critical one is out of stock is told in quiet hours, too."""

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
    category: Annotated[str | None, optional_text(LONGEST_CATEGORY)] = None
    expiration_date: Day | None = None
    best_before_date: Day | None = None
    purchase_date: Day | None = None
    price: Price | None = None
    notes: Notes = None
    min_quantity: Quantity | None = None
    barcode: Annotated[str | None, optional_text(LONGEST_BARCODE)] = None
    critical: StrictBool = False

    def columns(self) -> dict[str, object]:
        """Return the item's columns."""
        return self.model_dump()


class ItemPatch(Patch):
    """Some of an item's fields: what is missing stays, and null clears what may be empty."""

    model_config = example({"minProperties": 1}, quantity=1.5, notes=None)
    NEVER_NULL = ("name", "quantity", "unit", "location", "critical")

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

    @field_validator(*NEVER_NULL, mode="before")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise refusal("This field must not be null; leave it out to keep it as it is.")
        return value

    def columns(self) -> dict[str, object]:
        """Return the columns that were sent."""
        return self.model_dump(exclude_unset=True)


class ItemOut(Out):
    id: UUID
    name: str
    quantity: int | float
    unit: str
    location: str
    category: str | None
    expiration_date: date | None
    best_before_date: date | None
    purchase_date: date | None
    price: int | float | None
    notes: str | None
    min_quantity: int | float | None
    barcode: str | None
    critical: bool
    days_until_expiration: int | None
    expiration_status: ExpirationStatus
    version: int
    created_at: datetime
    created_by: UUID | None
    updated_at: datetime
    updated_by: UUID | None

    @classmethod
    def of(cls, item: ItemState) -> Self:
        return cls(**fields_of(item), created_by=item.created_by)


class StaleOut(ErrorOut):
    """The item was changed since it was read: `currentState` is how it is now."""

    current_state: ItemOut


def fields_of(item: ItemState) -> dict[str, Any]:
    """Return what every view of an item shows, `created_by` aside."""
    shown = {name: getattr(item, name) for name in ItemOut.model_fields if name != "created_by"}
    shown["quantity"] = as_number(item.quantity)
    shown["min_quantity"] = None if item.min_quantity is None else as_number(item.min_quantity)
    shown["price"] = None if item.price is None else as_number(item.price * 1000 // CENTS)
    return shown


class Creator(Out):
    user_id: UUID | None
    display_name: str


class HistoryOut(Out):
    """One movement; `quantity` is how much it moved, and `id` what it can be undone by."""

    id: UUID
    action: str
    timestamp: datetime
    user: str
    quantity: int | float | None = Field(default=None, exclude_if=lambda value: value is None)
    notes: str | None = Field(default=None, exclude_if=lambda value: value is None)

    @classmethod
    def of(cls, entry: HistoryEntry) -> Self:
        return cls(
            id=entry.id,
            action=entry.kind,
            timestamp=entry.at,
            user=entry.user_name or NOBODY,
            quantity=as_number(abs(entry.delta)) if entry.delta else None,
            notes=entry.notes,
        )


class ItemDetailsOut(ItemOut):
    created_by: Creator  # type: ignore[assignment]  # the contract names the creator here, not elsewhere
    history: list[HistoryOut]

    @classmethod
    def of_details(cls, details: ItemDetails) -> Self:
        return cls(
            **fields_of(details.item),
            created_by=Creator(
                user_id=details.item.created_by, display_name=details.created_by_name or NOBODY
            ),
            history=[HistoryOut.of(entry) for entry in details.history],
        )


class StatusCounts(Out):
    fresh: int
    expiring_soon: int
    expired: int
    no_expiry: int


class SummaryOut(Out):
    """Counts over the whole household, whatever was searched for."""

    total_items: int
    by_location: dict[str, int]
    by_status: StatusCounts


class ItemsOut(Out):
    """One page. `totalCount`, `page` and `pageSize` repeat the pagination for older clients."""

    items: list[ItemOut]
    pagination: PaginationOut
    total_count: int
    page: int
    page_size: int
    summary: SummaryOut

    @classmethod
    def of(cls, found: ItemPage) -> Self:
        by_status = {str(status): number for status, number in found.summary.by_status.items()}
        return cls(
            items=[ItemOut.of(item) for item in found.rows],
            pagination=PaginationOut.of(found),
            total_count=found.total,
            page=found.number,
            page_size=found.size,
            summary=SummaryOut(
                total_items=found.summary.total,
                by_location=found.summary.by_location,
                by_status=StatusCounts.model_validate(by_status),
            ),
        )


class ExpiringOut(Out):
    items: list[ItemOut]
    count: int
    filter_days: int

    @classmethod
    def of(cls, items: Sequence[ItemState], days: int) -> Self:
        return cls(items=[ItemOut.of(item) for item in items], count=len(items), filter_days=days)
