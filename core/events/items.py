"""What happened to items and their stock."""

from dataclasses import dataclass, field
from uuid import UUID

from core.events.base import Event
from core.models import MovementKind
from core.values.items import ItemState


@dataclass(frozen=True, kw_only=True)
class ItemEvent(Event):
    """Base of what happened to an item: who did it, and the item's new state."""

    household_id: UUID
    item: ItemState
    user_id: UUID
    user_name: str


class ItemAdded(ItemEvent): ...


@dataclass(frozen=True, kw_only=True)
class ItemUpdated(ItemEvent):
    """Anything but the stock changed. `changes` names the fields of ItemState."""

    changes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class StockMoved(ItemEvent):
    """A quantity or a location changed. `delta` is in thousandths."""

    kind: MovementKind
    delta: int
    changes: list[str] = field(default_factory=list)
    previous_location: str | None = None
    reason: str | None = None


class ItemRemoved(ItemEvent): ...


@dataclass(frozen=True, kw_only=True)
class LevelEvent(ItemEvent):
    """An item changed its stock level; `kind` and `delta` (thousandths) are those of the movement."""

    kind: MovementKind
    delta: int


class StockRanLow(LevelEvent):
    """The quantity went below the item's minimum."""


class StockRanOut(LevelEvent):
    """The quantity reached 0."""


class StockRecovered(LevelEvent):
    """An item that was low or out has enough again."""


@dataclass(frozen=True, kw_only=True)
class ItemsImported(Event):
    """Many items were imported. `ran_low` names those that one person is told are low or out now.

    `critical`: one of those is out of stock and marked as critical.
    """

    household_id: UUID
    user_id: UUID
    user_name: str
    added: int
    updated: int
    ran_low: list[str] = field(default_factory=list)
    critical: bool = False
