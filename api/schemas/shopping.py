"""Shopping lists and their entries. Whoever made, added or bought something is shown by name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import StrictBool, field_validator

from api.schemas.base import Body, Change, Out, Patch, example
from api.schemas.fields import Amount, Notes, as_number, optional_text, refusal, text
from core.shopping.shopping_lists import ListState
from core.values.shopping import EntryState

NOBODY = "Former member"


class ListBody(Change):
    model_config = example(name="Saturday", notes="The market closes at noon")

    name: Annotated[str, text(100)]
    notes: Notes = None


class ListOut(Out):
    id: UUID
    name: str
    notes: str | None
    item_count: int
    completed_count: int
    created_at: datetime
    created_by: str
    last_updated: datetime

    @classmethod
    def of(cls, one: ListState) -> Self:
        return cls(
            id=one.id,
            name=one.name,
            notes=one.notes,
            item_count=one.item_count,
            completed_count=one.completed_count,
            created_at=one.created_at,
            created_by=one.created_by or NOBODY,
            last_updated=one.updated_at,
        )


class ListsOut(Out):
    lists: list[ListOut]
    total: int

    @classmethod
    def of(cls, found: Sequence[ListState]) -> Self:
        return cls(lists=[ListOut.of(one) for one in found], total=len(found))


class EntryBody(Body):
    """`itemId` names an item of the household that is to be bought again."""

    model_config = example(name="Milk", quantity=2, unit="l", category="Dairy")

    name: Annotated[str, text(200)]
    quantity: Amount | None = None
    unit: Annotated[str | None, optional_text(30)] = None
    category: Annotated[str | None, optional_text(50)] = None
    notes: Notes = None
    item_id: UUID | None = None

    def columns(self) -> dict[str, object]:
        return self.model_dump()


class EntryPatch(Patch):
    """What is sent changes.

    `restock` together with `completed: true` puts the quantity of the entry into the store of its item, once.
    """

    model_config = example({"minProperties": 1}, completed=True)
    NEVER_NULL = ("name", "completed")

    name: Annotated[str, text(200)] | None = None
    quantity: Amount | None = None
    unit: Annotated[str | None, optional_text(30)] = None
    category: Annotated[str | None, optional_text(50)] = None
    notes: Notes = None
    item_id: UUID | None = None
    completed: StrictBool | None = None
    restock: StrictBool = False

    @field_validator(*NEVER_NULL, mode="before")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise refusal("This field must not be null; leave it out to keep it as it is.")
        return value

    def columns(self) -> dict[str, object]:
        """Return the columns that were sent."""
        return self.model_dump(exclude_unset=True, exclude={"completed", "restock"})


class EntryOut(Out):
    id: UUID
    name: str
    quantity: int | float | None
    unit: str | None
    category: str | None
    notes: str | None
    item_id: UUID | None
    completed: bool
    added_by: str
    added_at: datetime
    completed_by: str | None
    completed_at: datetime | None
    updated_at: datetime

    @classmethod
    def of(cls, entry: EntryState) -> Self:
        return cls(
            id=entry.id,
            name=entry.name,
            quantity=None if entry.quantity is None else as_number(entry.quantity),
            unit=entry.unit,
            category=entry.category,
            notes=entry.notes,
            item_id=entry.item_id,
            completed=entry.completed,
            added_by=entry.added_by or NOBODY,
            added_at=entry.added_at,
            completed_by=(entry.completed_by or NOBODY) if entry.completed else None,
            completed_at=entry.completed_at,
            updated_at=entry.updated_at,
        )


class EntriesOut(Out):
    items: list[EntryOut]
    total: int

    @classmethod
    def of(cls, found: Sequence[EntryState]) -> Self:
        return cls(items=[EntryOut.of(entry) for entry in found], total=len(found))
