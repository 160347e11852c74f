"""A person's notification settings for a single household."""

from pydantic import Field

from api.schemas.base import Change, View, example
from api.schemas.settings.routing import RoutesBody, RoutesOut, Types


class HouseholdSettingsBody(Change):
    """What is not sent stays as it was; at first, as in the general settings."""

    model_config = example(
        notificationTypes=["lowStock", "memberActivity"], routes={"memberActivity": {"telegram": "digest"}}
    )

    notification_types: Types | None = None
    routes: RoutesBody = RoutesBody()


class HouseholdSettingsOut(View):
    """`apart`: the household has settings of its own; otherwise these are the general ones."""

    apart: bool
    notification_types: list[str] = Field(validation_alias="topics")
    routes: RoutesOut
