"""What of one channel's alerts is worth a message: an item's chat is not told what it knows.

The rules are those of core.delivery.suppression, which reads what was told from the deliveries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from core.delivery.suppression import QUIET
from core.events.severity import ALERTS, Severity
from core.settings.preview.tellings import Telling


@dataclass(frozen=True)
class Due:
    """Something to tell at a moment; `changes` of its item are told as one. `waited`: for a digest."""

    at: datetime
    telling: Telling
    waited: bool = False
    changes: int = 1

    @property
    def is_alert(self) -> bool:
        return self.telling.severity in ALERTS and self.telling.item_id is not None


def worth_telling(due: Sequence[Due]) -> list[Due]:
    """Return what is news of what is due, in order of time."""
    chat = _Chat()
    for one in _folded(due):
        chat.hear(one)
    return chat.all()


def _folded(due: Sequence[Due]) -> list[Due]:
    """Return one for the alerts of an item that are due at the same moment: the last of them."""
    folded: dict[object, Due] = {}
    for place, one in enumerate(due):
        key = (one.at, one.telling.item_id) if one.is_alert else place
        before = folded.pop(key, None)
        folded[key] = one if before is None else replace(one, changes=before.changes + one.changes)
    return list(folded.values())


class _Chat:
    """What a chat was told of each item, and what is held back because it was told lately."""

    def __init__(self) -> None:
        self._news: list[Due] = []
        self._told: dict[UUID | None, Due] = {}
        self._held: dict[UUID | None, Due] = {}

    def hear(self, one: Due) -> None:
        self._release(one.at)
        held = self._held.pop(one.telling.item_id, None) if one.is_alert else None
        self._consider(one if held is None else replace(one, changes=one.changes + held.changes))

    def all(self) -> list[Due]:
        self._release(None)
        return sorted(self._news, key=lambda one: one.at)

    def _release(self, until: datetime | None) -> None:
        for item_id, one in list(self._held.items()):
            if until is None or one.at <= until:
                del self._held[item_id]
                self._consider(one)

    def _consider(self, one: Due) -> None:
        if not one.is_alert:
            self._news.append(one)
            return
        item_id, severity = one.telling.item_id, one.telling.severity
        before = self._told.get(item_id)
        known = None if before is None else before.telling.severity
        # It was not only for what is told with it.
        if severity is Severity.GOOD and known in (None, Severity.GOOD) and one.changes > 1:
            return
        if before is not None and known is not None and severity <= known:
            if one.at < before.at + QUIET:
                self._held[item_id] = replace(one, at=before.at + QUIET)
                return
            if severity is known and one.changes > 1:
                return
        self._told[item_id] = one
        self._news.append(one)
