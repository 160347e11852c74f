"""Changes of settings that have not been made yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from core.models import ChannelName, ScheduleKind
from core.preferences import routing
from core.preferences.quiet_hours import QuietHours
from core.preferences.recipients import Recipient
from core.preferences.recurrence import Times
from core.preferences.routing import Routing
from core.values.settings import NotificationSettings, ScheduleState


@dataclass(frozen=True)
class Draft:
    """What would be changed, as `preferences.change` takes it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    routes: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    times: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    apart: Mapping[UUID, Routing | None] = field(default_factory=dict)
    """By household what is heard of it alone; None is what is heard in general."""


def applied(settings: NotificationSettings, draft: Draft) -> NotificationSettings:
    """Return settings as a draft would change them."""
    changed = replace(settings, **draft.values)
    return replace(
        changed,
        routes=routing.matrix(routing.merge(settings.routes, draft.routes)),
        schedules={
            kind: _schedule(state, draft.times.get(kind, {}), changed.preferred_time)
            for kind, state in settings.schedules.items()
        },
    )


def drafted(to: Recipient, settings: NotificationSettings, draft: Draft) -> Recipient:
    """Return a person with other settings and a draft's settings for their household, unmuted."""
    general = Routing(settings.topics, settings.routes)
    daily = settings.schedules[ScheduleKind.DAILY_EXPIRY_SUM]
    enabled = {
        ChannelName.TELEGRAM: settings.telegram_enabled,
        ChannelName.IN_APP: settings.in_app_enabled,
        ChannelName.EMAIL: settings.email_enabled,
    }
    return replace(
        to,
        routing=draft.apart.get(to.household_id, to.routing if to.apart else None) or general,
        places={channel: replace(place, enabled=enabled[channel]) for channel, place in to.places.items()},
        quiet_hours=QuietHours(
            settings.quiet_enabled,
            settings.quiet_start,
            settings.quiet_end,
            settings.quiet_days,
            settings.timezone,
        ),
        muted_until=None,
        digest=Times(daily.time, daily.weekdays, settings.timezone),
        warning_days=settings.expiration_warning_days,
    )


def _schedule(state: ScheduleState, given: Mapping[str, Any], preferred: str) -> ScheduleState:
    time = given.get("time", None if state.follows else state.time)
    return ScheduleState(time or preferred, given.get("weekdays", state.weekdays), follows=time is None)
