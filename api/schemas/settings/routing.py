"""Which types of notifications are sent on which channels: at once, in the digest, or not at all."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, WithJsonSchema

from api.schemas.base import Body
from api.schemas.fields import refusal
from core.models import When
from core.preferences.routing import CHOOSABLE

TOPICS = [topic.value for topic in CHOOSABLE]


def _known(value: list[str]) -> list[str]:
    if not set(value) <= set(TOPICS):
        raise refusal(f"notificationTypes may hold only: {', '.join(TOPICS)}.")
    return list(dict.fromkeys(value))


Types = Annotated[
    list[str],
    AfterValidator(_known),
    WithJsonSchema({"type": "array", "items": {"type": "string", "enum": TOPICS}}),
]
RoutesOut = Mapping[str, Mapping[str, When]]
"""By type and channel, all of them."""


class ChannelRoutes(Body):
    """When one type is sent on each channel. The inbox is passive, so it has no digest."""

    model_config = ConfigDict(extra="forbid")

    telegram: When | None = None
    in_app: Literal["off", "now"] | None = None
    email: When | None = None


class RoutesBody(Body):
    """The types, each by channel. What is left out, or null, stays as it was."""

    model_config = ConfigDict(extra="forbid")

    expiration: ChannelRoutes = ChannelRoutes()
    low_stock: ChannelRoutes = ChannelRoutes()
    member_activity: ChannelRoutes = ChannelRoutes()
    daily_expiry_sum: ChannelRoutes = ChannelRoutes()
    weekly_inventory_report: ChannelRoutes = ChannelRoutes()
    shopping_reminder: ChannelRoutes = ChannelRoutes()

    def given(self) -> dict[str, dict[str, str]]:
        """Return what was sent, by topic and channel."""
        sent: dict[str, dict[str, str]] = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {topic: channels for topic, channels in sent.items() if channels}
