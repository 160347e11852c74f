"""What people follow or mute, and their own minimums. Reading only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.db import table
from core.models import Scope, Watch, WatchLevel
from core.text import fold
from core.values.items import ItemState

watches = table(Watch)

# The narrowest scope decides.
_NEAREST_FIRST = (Scope.ITEM, Scope.CATEGORY, Scope.LOCATION)
_of_item = select(*watches.c).where(
    watches.c.household_id == bindparam("household"),
    or_(
        (watches.c.scope == Scope.ITEM) & (watches.c.target == bindparam("item")),
        (watches.c.scope == Scope.CATEGORY) & (watches.c.target == bindparam("category")),
        (watches.c.scope == Scope.LOCATION) & (watches.c.target == bindparam("location")),
    ),
)
_of_household = select(*watches.c).where(watches.c.household_id == bindparam("household"))


@dataclass(frozen=True)
class Watching:
    """How a person watches one item. `min_quantity` is in thousandths."""

    level: str | None = None
    min_quantity: int | None = None


def of_household(
    session: Session, household_id: UUID, item: ItemState | None = None
) -> Mapping[UUID, "Watched"]:
    """Return what each person watches in a household; with `item`, only what covers it."""
    query, values = _of_household, dict[str, object](household=household_id)
    if item is not None:
        query, values = _of_item, {**values, **_targets(item.id, item.category, item.location)}
    by_person: dict[UUID, list[Any]] = {}
    for row in session.execute(query, values):
        by_person.setdefault(row.user_id, []).append(row)
    return {user_id: Watched(found) for user_id, found in by_person.items()}


def _targets(item_id: UUID, category: str | None, location: str | None) -> dict[str, str]:
    """Return by scope the targets that cover an item."""
    return {
        Scope.ITEM: str(item_id),
        Scope.CATEGORY: fold(category or ""),
        Scope.LOCATION: fold(location or ""),
    }


class Watched:
    """One person's watches in all their households."""

    def __init__(self, rows: Sequence[Any] = ()) -> None:
        self._rows = {(row.household_id, row.scope, row.target): row for row in rows}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def at(
        self, household_id: UUID | None, item_id: UUID | None, category: str | None, location: str | None
    ) -> Watching:
        """Return how an item is watched; its category and location may be unknown."""
        if item_id is None or not self._rows:
            return Watching()
        targets = _targets(item_id, category, location)
        found = (self._rows.get((household_id, scope, target)) for scope, target in targets.items())
        return _decided([row for row in found if row is not None])

    def follows_in(self, household_id: UUID | None) -> bool:
        """Return whether the person follows anything in a household."""
        return any(
            _decided([row]).level == WatchLevel.FOLLOW
            for (home, _, _), row in self._rows.items()
            if home == household_id
        )

    def of(self, item: ItemState) -> Watching:
        """Return how an item is watched."""
        return self.at(item.household_id, item.id, item.category, item.location)

    def mutes(self, household_id: UUID, item_id: UUID, category: str | None, location: str | None) -> bool:
        """Return whether the person muted an item."""
        return self.at(household_id, item_id, category, location).level == WatchLevel.MUTE

    def minimums(self, household_id: UUID) -> dict[UUID, int]:
        """Return the person's own minimums in a household by item, in thousandths."""
        return {
            UUID(target): row.min_quantity
            for (home, scope, target), row in self._rows.items()
            if home == household_id and scope == Scope.ITEM and row.min_quantity is not None
        }


def of_person(session: Session, user_id: UUID | None) -> Watched:
    """Return all watches of a person; nobody has none."""
    if user_id is None:
        return Watched()
    return Watched(session.execute(select(*watches.c).where(watches.c.user_id == user_id)).all())


def _decided(rows: Sequence[Any]) -> Watching:
    now = clock.utcnow()
    by_scope = {row.scope: row for row in rows}
    near_first = [by_scope[scope] for scope in _NEAREST_FIRST if scope in by_scope]
    levels = [row.level for row in near_first if row.level and (row.until is None or row.until > now)]
    if any(row.snoozed_until is not None and row.snoozed_until > now for row in near_first):
        levels = [WatchLevel.MUTE]
    minimums = [row.min_quantity for row in near_first if row.min_quantity is not None]
    return Watching(levels[0] if levels else None, minimums[0] if minimums else None)
