"""Entries of shopping lists, as seen outside the database."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class EntryState:
    """An entry; `quantity` is in thousandths. Names are None when the account is gone."""

    id: UUID
    list_id: UUID
    name: str
    quantity: int | None
    unit: str | None
    category: str | None
    notes: str | None
    item_id: UUID | None
    added_by: str | None
    added_at: datetime
    updated_at: datetime
    completed_by: str | None
    completed_at: datetime | None
    added_by_id: UUID | None = None
    completed_by_id: UUID | None = None

    @property
    def completed(self) -> bool:
        return self.completed_at is not None
