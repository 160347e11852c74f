"""A change of settings that is not made yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core import wishes
from core.notification_settings import NotificationSettings, ScheduleState


@dataclass(frozen=True)
class Draft:
    """What would be changed, as `preferences.change` takes it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    routes: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    times: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def applied(settings: NotificationSettings, draft: Draft) -> NotificationSettings:
    """Return settings as they would be with a draft."""
    changed = replace(settings, **draft.values)
    return replace(
        changed,
        routes=wishes.matrix(wishes.merge(settings.routes, draft.routes)),
        schedules={
            kind: _schedule(state, draft.times.get(kind, {}), changed.preferred_time)
            for kind, state in settings.schedules.items()
        },
    )


def _schedule(state: ScheduleState, given: Mapping[str, Any], preferred: str) -> ScheduleState:
    time = given.get("time", None if state.follows else state.time)
    return ScheduleState(time or preferred, given.get("weekdays", state.weekdays), follows=time is None)
