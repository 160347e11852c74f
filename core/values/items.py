"""Items, as seen outside the database."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any, Self
from uuid import UUID

from core.errors import Conflict

# The longest texts of an item's fields in characters, as in its table.
LONGEST_NAME, LONGEST_UNIT, LONGEST_LOCATION = 200, 30, 50
LONGEST_CATEGORY, LONGEST_NOTES, LONGEST_BARCODE = 50, 2000, 64
DEFAULT_LOCATION = "pantry"
# By the API's contract, items are expired below 0 days, expiring soon from 0 to 3, and fresh above.
SOON_DAYS = 3


class ExpirationStatus(StrEnum):
    FRESH = "fresh"
    EXPIRING_SOON = "expiring_soon"
    EXPIRED = "expired"
    NO_EXPIRY = "no_expiry"


class StockLevel(StrEnum):
    """ok, low (below the minimum, if there is one), or out (nothing is left)."""

    OK = "ok"
    LOW = "low"
    OUT = "out"


def stock_level(quantity: int, min_quantity: int | None) -> StockLevel:
    """Return the level of a quantity in thousandths."""
    if quantity == 0:
        return StockLevel.OUT
    return StockLevel.LOW if min_quantity is not None and quantity < min_quantity else StockLevel.OK


@dataclass(frozen=True)
class ItemState:
    """An item at one version. Quantities are in thousandths, the price in cents; days are the household's."""

    id: UUID
    household_id: UUID
    name: str
    quantity: int
    unit: str
    location: str
    category: str | None
    expiration_date: date | None
    best_before_date: date | None
    purchase_date: date | None
    price: int | None
    notes: str | None
    min_quantity: int | None
    barcode: str | None
    version: int
    created_at: datetime
    created_by: UUID | None
    updated_at: datetime
    updated_by: UUID | None
    days_until_expiration: int | None
    expiration_status: ExpirationStatus
    critical: bool = False

    @classmethod
    def of(cls, row: object, today: date) -> Self:
        """Return the state of a row of `items`, or of an object like one, on a day of the household."""
        expiration, best_before, critical = _judged_of(row)
        expires = expiration or best_before
        days = (expires - today).days if expires else None
        values: tuple[Any, ...] = (*_columns_of(row), days, expiration_status(days), critical)
        return cls(*values)

    @property
    def expires(self) -> date | None:
        """The expiration date, else the best-before date."""
        return self.expiration_date or self.best_before_date

    @property
    def level(self) -> StockLevel:
        return stock_level(self.quantity, self.min_quantity)


# All but the last three fields are columns, in this order. Lists have many rows, and this takes half the time
# of naming each field.
_columns_of = attrgetter(*list(ItemState.__annotations__)[:-3])
_judged_of = attrgetter("expiration_date", "best_before_date", "critical")


def expiration_status(days: int | None) -> ExpirationStatus:
    """Return the status of an item with `days` left; None means no date."""
    if days is None:
        return ExpirationStatus.NO_EXPIRY
    if days < 0:
        return ExpirationStatus.EXPIRED
    return ExpirationStatus.EXPIRING_SOON if days <= SOON_DAYS else ExpirationStatus.FRESH


class Stale(Conflict):
    """Somebody changed the item since it was read; `current` is its state now."""

    def __init__(self, current: ItemState) -> None:
        super().__init__(
            "Somebody changed this item since you read it. Look at currentState, then send your change "
            "again with the new ETag."
        )
        self.current = current
