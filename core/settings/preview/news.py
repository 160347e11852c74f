"""What happened, as news: alerts are worked out again, and an import counts as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from core import events
from core.actors import Face
from core.events import levels
from core.models import Topic
from core.notifications import import_news
from core.notifications.announcing import TOPICS
from core.notifications.decisions import News
from core.notifications.import_news import ImportNews
from core.preferences.recipients import Person, Recipient


@dataclass(frozen=True)
class Happening:
    """Something that happened in a household, as news under each topic, the weightiest first.

    `acted_on` and `level` are as in `decisions.decide`.
    """

    at: datetime
    household_id: UUID
    by_weight: News
    acted_on: Face | None = None
    level: str | None = None
    imported: ImportNews | None = None
    """What an import is depends on what the person asked to hear."""

    def to(self, person: Person) -> News:
        """Return what it is to somebody."""
        return self.by_weight if self.imported is None else self.imported.by_weight(person.routing)


def gather(
    happened: Sequence[events.Event], homes: Mapping[UUID, Recipient], faces: Mapping[datetime, Face]
) -> list[Happening]:
    """Return as news what happened while the person was a member; `faces` are where they acted, by moment."""
    concerning = [event for event in happened if _concerns(event, homes)]
    gathered = []
    for (at, household_id, actor_id), together in groupby(concerning, key=_act):
        several, to = list(together), homes[household_id]
        acted_on = faces.get(at, Face.WEB) if actor_id == to.user_id else None
        if _is_import(several):
            news = _imported(several, to)
            level = news.watching.level
            gathered.append(Happening(at, household_id, news.asked, acted_on, level, imported=news))
        else:
            gathered += [_one(event, to, acted_on) for event in several]
    return gathered


def _concerns(event: Any, homes: Mapping[UUID, Recipient]) -> bool:
    # Unreadable events have no household.
    to = homes.get(event.household_id) if hasattr(event, "household_id") else None
    return to is not None and event.at >= to.joined_at


def _act(event: Any) -> tuple[datetime, UUID, UUID]:
    return event.at, event.household_id, _actor(event)


def _actor(event: Any) -> UUID:
    match event:
        case events.MemberLeft(removed_by_id=UUID() as admin):
            return admin
        case events.MemberRoleChanged(changed_by_id=UUID() as admin):
            return admin
    who: UUID = event.user_id
    return who


def _one(event: Any, to: Recipient, acted_on: Face | None) -> Happening:
    told, level = [event], None
    if isinstance(event, events.ItemEvent):
        watching = to.watched.of(event.item)
        own, level = watching.min_quantity, watching.level
        told = levels.for_minimum(told, own if own is not None else event.item.min_quantity)
    by_weight = [(TOPICS[type(one)], one) for one in reversed(told)]
    concerned = isinstance(event, events.MemberRoleChanged) and event.user_id == to.user_id
    if concerned and acted_on is None:
        by_weight = [(Topic.ACCOUNT, event)]
    return Happening(event.at, to.household_id, by_weight, acted_on, level)


def _is_import(several: Sequence[events.Event]) -> bool:
    """Return whether events are those of one import: several items, each once."""
    items = {event.item.id for event in several if isinstance(event, events.ItemEvent)}
    return len(items) > 1 and len(items) == len(several)


def _imported(several: Sequence[Any], to: Recipient) -> ImportNews:
    first = several[0]
    added = sum(isinstance(event, events.ItemAdded) for event in several)
    summary = events.ItemsImported(
        at=first.at,
        household_id=first.household_id,
        user_id=first.user_id,
        user_name=first.user_name,
        added=added,
        updated=len(several) - added,
    )
    happened: list[Any] = [levels.for_minimum([event], event.item.min_quantity) for event in several]
    return import_news.look(summary, happened, to.watched)
