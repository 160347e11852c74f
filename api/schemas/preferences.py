"""Notification settings: what a person wants to hear, and where."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, WithJsonSchema

from api.schemas.base import Body, Out, example
from api.schemas.fields import Zone, refusal
from core.models import Topic
from core.notification_settings import NotificationSettings

CHOOSABLE = [topic.value for topic in Topic if topic is not Topic.ACCOUNT]
TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"


def _time(value: str) -> str:
    if re.fullmatch(TIME, value) is None:
        raise refusal("preferredTime must be a time of day such as 09:00.")
    return value


def _known(value: list[str]) -> list[str]:
    unknown = [topic for topic in value if topic not in CHOOSABLE]
    if unknown:
        raise refusal(f"notificationTypes may hold only: {', '.join(CHOOSABLE)}.")
    return list(dict.fromkeys(value))


class Switch(Body):
    enabled: StrictBool | None = None


Types = Annotated[
    list[str],
    AfterValidator(_known),
    WithJsonSchema({"type": "array", "items": {"type": "string", "enum": CHOOSABLE}}),
]
TimeOfDay = Annotated[str, AfterValidator(_time), WithJsonSchema({"type": "string", "pattern": f"^{TIME}$"})]


class Choices(Body):
    expiration_warning_days: Annotated[int, Field(ge=1, le=30, strict=True)] | None = None
    notification_types: Types | None = None
    preferred_time: TimeOfDay | None = None
    timezone: Zone | None = None


class SettingsBody(Body):
    """Only what is sent changes. What only we can say (a linked chat, an address) is ignored."""

    model_config = example(
        inApp={"enabled": True},
        preferences={
            "expirationWarningDays": 3,
            "notificationTypes": ["expiration", "lowStock"],
            "preferredTime": "09:00",
            "timezone": "Europe/Berlin",
        },
    )

    email: Switch = Switch()
    in_app: Switch = Switch()
    telegram: Switch = Switch()
    preferences: Choices = Choices()

    def columns(self) -> dict[str, Any]:
        """Return the columns of what was sent."""
        given = {
            "email_enabled": self.email.enabled,
            "in_app_enabled": self.in_app.enabled,
            "telegram_enabled": self.telegram.enabled,
            "expiration_warning_days": self.preferences.expiration_warning_days,
            "topics": self.preferences.notification_types,
            "preferred_time": self.preferences.preferred_time,
            "timezone": self.preferences.timezone,
        }
        return {name: value for name, value in given.items() if value is not None}


class EmailSettings(Out):
    enabled: bool
    address: str | None


class InAppSettings(Out):
    enabled: bool


class TelegramSettings(Out):
    enabled: bool
    linked: bool
    username: str | None


class PreferencesOut(Out):
    expiration_warning_days: int
    notification_types: list[str]
    preferred_time: str
    timezone: str


class AvailableOut(Out):
    """Which channels this server has at all; what is enabled on the others waits for that."""

    telegram: bool
    in_app: Literal[True] = True
    email: bool


class SettingsOut(Out):
    email: EmailSettings
    in_app: InAppSettings
    telegram: TelegramSettings
    preferences: PreferencesOut
    available: AvailableOut

    @classmethod
    def of(cls, settings: NotificationSettings) -> Self:
        return cls(
            email=EmailSettings(enabled=settings.email_enabled, address=settings.email),
            in_app=InAppSettings(enabled=settings.in_app_enabled),
            telegram=TelegramSettings(
                enabled=settings.telegram_enabled,
                linked=settings.linked,
                username=settings.telegram_username,
            ),
            preferences=PreferencesOut(
                expiration_warning_days=settings.expiration_warning_days,
                notification_types=list(settings.topics),
                preferred_time=settings.preferred_time,
                timezone=settings.timezone,
            ),
            available=AvailableOut(telegram=settings.has_bot, email=settings.can_mail),
        )


class SettingsChangedOut(Out):
    message: str = "Your notification settings were saved."
    updated_at: datetime
