"""The facts in digests, warnings and reminders, which each channel words itself."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class MemberName:
    """Somebody who did something; core.privacy.anonymity replaces the name when the account is deleted."""

    user_id: UUID
    user_name: str


@dataclass(frozen=True)
class ExpiringItem:
    """An item that expires in `days`, negative if it has. `quantity` is in thousandths."""

    id: UUID
    name: str
    quantity: int
    unit: str
    location: str
    days: int
    expires: date | None = None
    """The date that the warning is about."""


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
    """A shopping list with the number of its open entries, and the names of the first ones."""

    id: UUID
    name: str
    open: int
    names: list[str]


@dataclass(frozen=True)
class ItemChange:
    """What was done to one item in the period: how often, by whom, and what is left, in thousandths.

    What was undone in the period is left out. `delta` is the sum of all changes, None if the unit changed.
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
    """How often something was used and thrown away, without what was undone."""

    used: int = 0
    wasted: int = 0


@dataclass(frozen=True)
class DayUsage:
    day: date
    used: int
    wasted: int


@dataclass(frozen=True)
class Digest:
    """A household's period from `begins` to `ends`, compared with an equally long one before.

    It starts after `after_seq` in the household's stream. `usage_before` is None when unknown. `changes` has
    the latest first, `low` what is out first, and `expiring` the earliest first; `more_...` counts what is
    left out of each. `by_day` has the days of a weekly digest.
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
        """Whether there is nothing to tell."""
        happened = self.changes or self.joined or self.left or self.usage.used or self.usage.wasted
        return not (happened or self.low or self.expiring)
