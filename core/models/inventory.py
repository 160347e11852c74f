"""Items and their stock movements."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from core.models.base import Base, big, one_of, varchar


class MovementKind(StrEnum):
    """What was done to an item. `adjusted`: its quantity was corrected; `undone`: another movement was."""

    ADDED = "added"
    CONSUMED = "consumed"
    WASTED = "wasted"
    RESTOCKED = "restocked"
    MOVED = "moved"
    ADJUSTED = "adjusted"
    UPDATED = "updated"
    DELETED = "deleted"
    UNDONE = "undone"


class Item(Base, table=True):
    """Something that a household keeps. Quantities are whole thousandths, the price whole cents."""

    __tablename__ = "items"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 0 AND 1000000000", name="quantity"),
        CheckConstraint("min_quantity BETWEEN 0 AND 1000000000", name="min_quantity"),
        CheckConstraint("price BETWEEN 0 AND 100000000", name="price"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_items_household_name", "household_id", "name_key"),
        Index("ix_items_household_created", "household_id", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    household_id: UUID = Field(foreign_key="households.id", ondelete="CASCADE")
    name: str = varchar(200)
    name_key: str = varchar(600)
    """The casefolded name: SQLite itself folds only ASCII."""
    quantity: int = big()
    unit: str = varchar(30)
    location: str = varchar(50)
    category: str | None = varchar(50, default=None)
    expiration_date: date | None = None
    best_before_date: date | None = None
    purchase_date: date | None = None
    price: int | None = big(default=None)
    notes: str | None = varchar(2000, default=None)
    min_quantity: int | None = big(default=None)
    barcode: str | None = varchar(64, default=None)
    critical: bool = False
    """Alerts that it is out of stock ignore quiet hours."""
    version: int = 1
    created_at: datetime
    created_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    updated_at: datetime
    updated_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")


class StockMovement(Base, table=True):
    """One change of one item. It outlives the item, so `item_id` is no foreign key."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        one_of("kind", MovementKind),
        UniqueConstraint("item_id", "item_version"),
        UniqueConstraint("undoes"),
        Index("ix_stock_movements_household_created", "household_id", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    household_id: UUID = Field(foreign_key="households.id", ondelete="CASCADE")
    item_id: UUID
    item_version: int
    item_name: str = varchar(200)
    category: str | None = varchar(50, default=None)
    kind: str = varchar(10)
    delta: int = big()
    """Change of the quantity in thousandths; negative when it shrank."""
    quantity_after: int = big()
    unit: str = varchar(30)
    location: str = varchar(50)
    previous_location: str | None = varchar(50, default=None)
    undoes: UUID | None = Field(default=None, foreign_key="stock_movements.id", ondelete="CASCADE")
    """The movement that this one undoes; each can be undone once."""
    reason: str | None = varchar(200, default=None)
    notes: str | None = varchar(2000, default=None)
    user_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    created_at: datetime
