"""What happened, as news: alerts found anew, and imports taken as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from core import events
from core.actors import Actor, Face
from core.events import levels
from core.models import Topic
from core.notifications import decisions, import_news
from core.notifications.announcing import TOPICS
from core.notifications.import_news import ImportNews
from core.preferences.follows import Watched, Watching
from core.preferences.routing import Wishes


@dataclass(frozen=True)
class Home:
    """A household of the person, from when on it concerns them, and what they want of it apart."""

    id: UUID
    name: str
    timezone: str
    since: datetime
    own_topics: Sequence[str] | None
    own_routes: Mapping[str, Mapping[str, str]] | None


@dataclass(frozen=True)
class News:
    """Something that happened in a household: what it is under each topic, the weightiest first.

    `by` is None for the clock. `concerns` and `watching` are as `decisions.decide` takes them.
    """

    at: datetime
    household_id: UUID
    by_weight: Sequence[tuple[Topic, events.Event]]
    by: Actor | None = None
    concerns: UUID | None = None
    watching: Watching = decisions.NOBODY
    imported: ImportNews | None = None
    """What an import is depends on what the person asked to hear."""

    def to(self, wishes: Wishes) -> Sequence[tuple[Topic, events.Event]]:
        """Return what it is to somebody with these wishes."""
        return self.by_weight if self.imported is None else self.imported.by_weight(wishes)


def gather(
    happened: Sequence[events.Event],
    homes: Mapping[UUID, Home],
    user_id: UUID,
    watched: Watched,
    faces: Mapping[datetime, Face],
) -> list[News]:
    """Return what is news of what happened while the person was there, alerts found anew among it.

    `faces` says on which face they acted, by moment.
    """
    concerning = [event for event in happened if _concerns_home(event, homes)]
    gathered = []
    for (at, household_id, actor_id), together in groupby(concerning, key=_act):
        several = list(together)
        face = faces.get(at, Face.WEB) if actor_id == user_id else Face.WEB
        by = Actor(actor_id, face)
        if _is_import(several):
            imported = _imported(several, watched)
            gathered.append(
                News(at, household_id, imported.asked, by, watching=imported.watching, imported=imported)
            )
        else:
            gathered += [_one(event, household_id, by, watched) for event in several]
    return gathered


def _concerns_home(event: Any, homes: Mapping[UUID, Home]) -> bool:
    # What cannot be read says nothing of its household.
    home = homes.get(event.household_id) if hasattr(event, "household_id") else None
    return home is not None and event.at >= home.since


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


def _one(event: Any, household_id: UUID, by: Actor, watched: Watched) -> News:
    concerns = event.user_id if isinstance(event, events.MemberRoleChanged) else None
    told, watching = [event], decisions.NOBODY
    if isinstance(event, events.ItemEvent):
        item = event.item
        watching = watched.at(household_id, item.id, item.category, item.location)
        own = watching.min_quantity
        told = levels.for_minimum(told, own if own is not None else item.min_quantity)
    by_weight = [(TOPICS[type(one)], one) for one in reversed(told)]
    return News(event.at, household_id, by_weight, by, concerns, watching)


def _is_import(several: Sequence[events.Event]) -> bool:
    """Say whether events are one import: it does everything at one moment, and people are told once."""
    items = {event.item.id for event in several if isinstance(event, events.ItemEvent)}
    return len(items) > 1 and len(items) == len(several)


def _imported(several: Sequence[Any], watched: Watched) -> ImportNews:
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
    return import_news.look(summary, happened, watched)
