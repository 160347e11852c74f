"""A person's general notification settings."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool

from api.schemas.base import Body, Change, Out, example
from api.schemas.fields import Moment, TimeOfDay, Zone, as_username
from api.schemas.settings.routing import RoutesBody, RoutesOut, Types
from api.schemas.settings.times import QuietHoursBody, QuietHoursOut, ScheduleOut, SchedulesBody, schedules_of
from core.settings.preview import Draft
from core.values.settings import NotificationSettings


class Switch(Body):
    enabled: StrictBool | None = None


class Choices(Body):
    expiration_warning_days: Annotated[int, Field(ge=1, le=30, strict=True)] | None = None
    notification_types: Types | None = None
    preferred_time: TimeOfDay | None = None
    timezone: Zone | None = None


class SettingsBody(Change):
    """Only the fields that are sent change. Read-only ones (a linked chat, an address) are ignored.

    `mutedUntil` is at most 30 days ahead; null ends a mute.
    """

    model_config = example(
        inApp={"enabled": True},
        preferences={
            "expirationWarningDays": 3,
            "notificationTypes": ["expiration", "lowStock"],
            "preferredTime": "09:00",
            "timezone": "Europe/Berlin",
        },
        routes={"memberActivity": {"telegram": "digest", "email": "off"}},
        quietHours={"enabled": True, "start": "22:00", "end": "07:00", "days": [1, 2, 3, 4, 5, 6, 7]},
        mutedUntil=None,
        schedules={"weeklyInventoryReport": {"time": "18:30", "weekdays": [7]}},
    )

    email: Switch = Switch()
    in_app: Switch = Switch()
    telegram: Switch = Switch()
    preferences: Choices = Choices()
    routes: RoutesBody = RoutesBody()
    quiet_hours: QuietHoursBody = QuietHoursBody()
    muted_until: Moment | None = None
    schedules: SchedulesBody = SchedulesBody()

    def draft(self) -> Draft:
        """Return what was sent."""
        return Draft(self._columns(), self.routes.given(), self.schedules.given())

    def _columns(self) -> dict[str, object]:
        given = {
            "email_enabled": self.email.enabled,
            "in_app_enabled": self.in_app.enabled,
            "telegram_enabled": self.telegram.enabled,
            "expiration_warning_days": self.preferences.expiration_warning_days,
            "topics": self.preferences.notification_types,
            "preferred_time": self.preferences.preferred_time,
            "timezone": self.preferences.timezone,
            **self.quiet_hours.columns(),
        }
        columns = {name: value for name, value in given.items() if value is not None}
        return {**columns, **self.model_dump(include={"muted_until"}, exclude_unset=True)}


class EmailSettings(Out):
    enabled: bool = Field(validation_alias="email_enabled")
    address: str | None = Field(validation_alias="email")


class InAppSettings(Out):
    enabled: bool = Field(validation_alias="in_app_enabled")


class TelegramSettings(Out):
    enabled: bool = Field(validation_alias="telegram_enabled")
    linked: bool
    username: Annotated[str | None, BeforeValidator(as_username)] = Field(
        validation_alias="telegram_username"
    )


class PreferencesOut(Out):
    expiration_warning_days: int
    notification_types: list[str] = Field(validation_alias="topics")
    preferred_time: str
    timezone: str


class AvailableOut(Out):
    """The channels that this server has; settings for the others take effect once it has them."""

    telegram: bool = Field(validation_alias="has_bot")
    in_app: Literal[True] = True
    email: bool = Field(validation_alias="can_mail")


class SettingsOut(Out):
    """A notification is sent if its type is chosen, on each enabled channel, as its route says."""

    email: EmailSettings
    in_app: InAppSettings
    telegram: TelegramSettings
    preferences: PreferencesOut
    routes: RoutesOut
    quiet_hours: QuietHoursOut
    muted_until: datetime | None
    schedules: dict[str, ScheduleOut]
    available: AvailableOut

    @classmethod
    def of(cls, settings: NotificationSettings) -> Self:
        sections = ("email", "in_app", "telegram", "preferences", "quiet_hours", "available")
        schedules = schedules_of(settings.schedules)
        return cls.model_validate(
            {**vars(settings), **dict.fromkeys(sections, settings), "schedules": schedules}
        )


class SettingsChangedOut(Out):
    message: str = "Your notification settings were saved."
    updated_at: datetime
