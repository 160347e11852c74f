"""A change of settings that is not made yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from core.preferences import routing
from core.preferences.routing import Wishes
from core.settings.preview.material import Material
from core.values.settings import NotificationSettings, ScheduleState


@dataclass(frozen=True)
class Draft:
    """What would be changed, as `preferences.change` takes it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    routes: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    times: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    apart: Mapping[UUID, Wishes | None] = field(default_factory=dict)
    """By household what is heard of it alone; None is what is heard in general."""


def applied(settings: NotificationSettings, draft: Draft) -> NotificationSettings:
    """Return settings as they would be with a draft."""
    changed = replace(settings, **draft.values)
    return replace(
        changed,
        routes=routing.matrix(routing.merge(settings.routes, draft.routes)),
        schedules={
            kind: _schedule(state, draft.times.get(kind, {}), changed.preferred_time)
            for kind, state in settings.schedules.items()
        },
    )


def set_apart(kept: Material, draft: Draft) -> Material:
    """Return a week of somebody's households with what a draft has of each of them alone."""
    homes = dict(kept.homes)
    for household_id, wanted in draft.apart.items():
        if household_id in homes:
            topics, routes = (list(wanted.topics), wanted.routes) if wanted else (None, None)
            homes[household_id] = replace(homes[household_id], own_topics=topics, own_routes=routes)
    return replace(kept, homes=homes)


def _schedule(state: ScheduleState, given: Mapping[str, Any], preferred: str) -> ScheduleState:
    time = given.get("time", None if state.follows else state.time)
    return ScheduleState(time or preferred, given.get("weekdays", state.weekdays), follows=time is None)
