"""What happened to shopping lists."""

from dataclasses import dataclass
from uuid import UUID

from core.events.base import Event
from core.values.shopping import EntryState


@dataclass(frozen=True, kw_only=True)
class ShoppingListEvent(Event):
    """Base of what happened to a shopping list."""

    household_id: UUID
    list_id: UUID
    list_name: str
    user_id: UUID
    user_name: str


class ShoppingListAdded(ShoppingListEvent): ...


class ShoppingListUpdated(ShoppingListEvent): ...


class ShoppingListDeleted(ShoppingListEvent): ...


@dataclass(frozen=True, kw_only=True)
class EntryEvent(ShoppingListEvent):
    """Base of what happened to an entry of a list, with its latest state."""

    entry: EntryState


class EntryAdded(EntryEvent): ...


class EntryUpdated(EntryEvent): ...


class EntryDeleted(EntryEvent): ...
