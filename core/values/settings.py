"""One person's notification settings, as seen outside the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ScheduleState:
    """When something is sent: a time of day in the person's time zone, on ISO weekdays."""

    time: str
    weekdays: Sequence[int]
    follows: bool = False
    """The time is the preferred time, and changes with it."""


@dataclass(frozen=True)
class NotificationSettings:
    """A person's settings, with facts that they cannot set: the linked chat and the address."""

    email_enabled: bool
    email: str | None
    in_app_enabled: bool
    telegram_enabled: bool
    linked: bool
    telegram_username: str | None
    expiration_warning_days: int
    topics: Sequence[str]
    preferred_time: str
    timezone: str
    routes: Mapping[str, Mapping[str, str]]
    """A value of When for every topic and channel."""
    quiet_enabled: bool
    quiet_start: str
    quiet_end: str
    quiet_days: Sequence[int]
    """The ISO weekdays on which quiet hours begin."""
    muted_until: datetime | None
    schedules: Mapping[str, ScheduleState]
    """By ScheduleKind."""
    has_bot: bool
    """Whether a bot has ever run here."""
    can_mail: bool
