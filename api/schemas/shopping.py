"""Shopping lists and their entries. People are shown by name."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool, ValidationInfo, field_validator

from api.schemas.base import Body, Change, Listing, Patch, View, example
from api.schemas.fields import NOBODY, Amount, Name, Notes, Units, optional_text, text


class ListBody(Change):
    model_config = example(name="Saturday", notes="The market closes at noon")

    name: Annotated[str, text(100)]
    notes: Notes = None


class ListOut(View):
    id: UUID
    name: str
    notes: str | None
    item_count: int
    completed_count: int
    created_at: datetime
    created_by: Name
    last_updated: datetime = Field(validation_alias="updated_at")


class ListsOut(Listing):
    lists: list[ListOut]
    total: int


class EntryFields(Body):
    name: Annotated[str, text(200)] | None = None
    quantity: Amount | None = None
    unit: Annotated[str | None, optional_text(30)] = None
    category: Annotated[str | None, optional_text(50)] = None
    notes: Notes = None
    item_id: UUID | None = None


class EntryBody(EntryFields):
    """`itemId` is the item in stock that is to be bought again."""

    model_config = example(name="Milk", quantity=2, unit="l", category="Dairy")

    name: Annotated[str, text(200)]


class EntryPatch(EntryFields, Patch):
    """Only the fields that are sent change.

    `restock` with `completed: true` adds the entry's quantity to the stock of its item, once.
    """

    model_config = example({"minProperties": 1}, completed=True)
    NEVER_NULL = ("name", "completed")

    completed: StrictBool | None = None
    restock: StrictBool = False

    def columns(self) -> dict[str, object]:
        """Return the columns that were sent."""
        return self.model_dump(exclude_unset=True, exclude={"completed", "restock"})


class EntryOut(View):
    id: UUID
    name: str
    quantity: Units | None
    unit: str | None
    category: str | None
    notes: str | None
    item_id: UUID | None
    completed: bool
    added_by: Name
    added_at: datetime
    completed_by: str | None
    completed_at: datetime | None
    updated_at: datetime

    @field_validator("completed_by", mode="before")
    @classmethod
    def _somebody(cls, name: str | None, info: ValidationInfo) -> str | None:
        return name or NOBODY if info.data["completed"] else None


class EntriesOut(Listing):
    items: list[EntryOut]
    total: int
