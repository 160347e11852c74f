"""Shopping lists."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from core.models.base import Base, big, varchar


class ShoppingList(Base, table=True):
    __tablename__ = "shopping_lists"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    household_id: UUID = Field(foreign_key="households.id", ondelete="CASCADE", index=True)
    name: str = varchar(100)
    notes: str | None = varchar(2000, default=None)
    created_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    created_at: datetime
    updated_at: datetime
    """When the list or an entry of it last changed."""


class ShoppingListItem(Base, table=True):
    """An entry of a list. If it names an item of the household, ticking it off may restock that."""

    __tablename__ = "shopping_list_items"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 1000000000", name="quantity"),
        CheckConstraint("completed_at IS NOT NULL OR completed_by IS NULL", name="completed"),
        Index("ix_shopping_list_items_list_added", "list_id", "added_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    list_id: UUID = Field(foreign_key="shopping_lists.id", ondelete="CASCADE")
    name: str = varchar(200)
    quantity: int | None = big(default=None)
    """Thousandths."""
    unit: str | None = varchar(30, default=None)
    category: str | None = varchar(50, default=None)
    notes: str | None = varchar(2000, default=None)
    item_id: UUID | None = Field(default=None, foreign_key="items.id", ondelete="SET NULL", index=True)
    added_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    added_at: datetime
    updated_at: datetime
    completed_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    completed_at: datetime | None = None
