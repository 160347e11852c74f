"""What is sent at a time that its person picked."""

from dataclasses import dataclass, field
from uuid import UUID

from core.events.base import Event
from core.values.digests import Digest, ExpiringItem, OpenList


@dataclass(frozen=True, kw_only=True)
class ScheduledEvent(Event):
    """Base of what is sent at a time that its person picked, about one household."""

    household_id: UUID
    household_name: str


@dataclass(frozen=True, kw_only=True)
class ItemsExpiring(ScheduledEvent):
    """Items reached a stage of expiring: the names by what is left of their time, each item once."""

    expired: list[ExpiringItem] = field(default_factory=list)
    today: list[ExpiringItem] = field(default_factory=list)
    tomorrow: list[ExpiringItem] = field(default_factory=list)
    later: list[ExpiringItem] = field(default_factory=list)

    @property
    def items(self) -> list[ExpiringItem]:
        """All of them, what comes first at the top."""
        return [*self.expired, *self.today, *self.tomorrow, *self.later]


@dataclass(frozen=True, kw_only=True)
class ShoppingReminded(ScheduledEvent):
    """Shopping lists have open entries."""

    lists: list[OpenList] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DigestGathered(ScheduledEvent):
    """What a household's day or week came to, for one person."""

    digest: Digest
