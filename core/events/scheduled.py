"""What is sent at times that people choose."""

from dataclasses import dataclass, field
from uuid import UUID

from core.events.base import Event
from core.values.digests import Digest, ExpiringItem, OpenList


@dataclass(frozen=True, kw_only=True)
class ScheduledEvent(Event):
    """Base of what is sent at a chosen time about one household."""

    household_id: UUID
    household_name: str


@dataclass(frozen=True, kw_only=True)
class ItemsExpiring(ScheduledEvent):
    """Items reached a new stage of expiring, grouped by the time they have left."""

    expired: list[ExpiringItem] = field(default_factory=list)
    today: list[ExpiringItem] = field(default_factory=list)
    tomorrow: list[ExpiringItem] = field(default_factory=list)
    later: list[ExpiringItem] = field(default_factory=list)

    @property
    def items(self) -> list[ExpiringItem]:
        """All of them, the earliest first."""
        return [*self.expired, *self.today, *self.tomorrow, *self.later]


@dataclass(frozen=True, kw_only=True)
class ShoppingReminded(ScheduledEvent):
    """Shopping lists have open entries."""

    lists: list[OpenList] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DigestGathered(ScheduledEvent):
    """A household's day or week, for one person."""

    digest: Digest
