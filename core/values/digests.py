"""What digests, warnings and reminders are made of: plain facts, which each channel words itself."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class MemberName:
    """Somebody who did something; core.privacy.anonymity forgets the name beside the id of who is gone."""

    user_id: UUID
    user_name: str


@dataclass(frozen=True)
class ExpiringItem:
    """An item that expires; `days` are left, negative when they are over. `quantity` is in thousandths."""

    id: UUID
    name: str
    quantity: int
    unit: str
    location: str
    days: int
    expires: date | None = None
    """The day that it was warned of."""


@dataclass(frozen=True)
class LowItem:
    """An item that is low or out of stock. Quantities are in thousandths."""

    id: UUID
    name: str
    quantity: int
    unit: str
    min_quantity: int | None


@dataclass(frozen=True)
class OpenList:
    """A shopping list with so many open entries, and the names of the first of them."""

    id: UUID
    name: str
    open: int
    names: list[str]


@dataclass(frozen=True)
class ItemChange:
    """What was done to one item in the period: how often, by whom, and what is left, in thousandths.

    What was undone within the period is left out. `delta` is what it came to in all, None when its unit
    changed meanwhile. `removed`: it is there no more.
    """

    item_id: UUID
    name: str
    unit: str
    quantity: int
    delta: int | None
    times: int
    people: list[MemberName]
    added: bool = False
    removed: bool = False


@dataclass(frozen=True)
class Usage:
    """How many times something was used and thrown away; undone ones aside."""

    used: int = 0
    wasted: int = 0


@dataclass(frozen=True)
class DayUsage:
    day: date
    used: int
    wasted: int


@dataclass(frozen=True)
class Digest:
    """A household's period in figures: `begins` to `ends`, compared with as long a period before it.

    It goes on after `after_seq` in the household's stream. `usage_before` is None when it is unknown.
    `changes` are of the items that changed most lately first, `low` has what is out first, and `expiring`
    what comes first; `more_...` counts what is left out of each. `by_day` has the days of a weekly digest.
    """

    weekly: bool
    begins: datetime
    ends: datetime
    changes: list[ItemChange] = field(default_factory=list)
    more_changes: int = 0
    joined: list[MemberName] = field(default_factory=list)
    left: list[MemberName] = field(default_factory=list)
    low: list[LowItem] = field(default_factory=list)
    more_low: int = 0
    expiring: list[ExpiringItem] = field(default_factory=list)
    more_expiring: int = 0
    usage: Usage = field(default_factory=Usage)
    usage_before: Usage | None = field(default_factory=Usage)
    by_day: list[DayUsage] = field(default_factory=list)
    after_seq: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that anybody would want to be told."""
        happened = self.changes or self.joined or self.left or self.usage.used or self.usage.wasted
        return not (happened or self.low or self.expiring)
