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


@dataclass(frozen=True, kw_only=True)
class ShoppingListAdded(ShoppingListEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ShoppingListUpdated(ShoppingListEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ShoppingListDeleted(ShoppingListEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryEvent(ShoppingListEvent):
    """Base of what happened to an entry of a list: how it is now, or was at last."""

    entry: EntryState


@dataclass(frozen=True, kw_only=True)
class EntryAdded(EntryEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryUpdated(EntryEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryDeleted(EntryEvent):
    pass
