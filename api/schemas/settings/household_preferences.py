"""What a person wants to hear of one household, apart from the rest."""

from pydantic import Field

from api.schemas.base import Change, View, example
from api.schemas.settings.routing import RoutesBody, RoutesOut, Types


class HouseholdSettingsBody(Change):
    """What is not sent stays as it was: as in general, the first time."""

    model_config = example(
        notificationTypes=["lowStock", "memberActivity"], routes={"memberActivity": {"telegram": "digest"}}
    )

    notification_types: Types | None = None
    routes: RoutesBody = RoutesBody()


class HouseholdSettingsOut(View):
    """`apart`: the household has settings of its own; else these are the general ones."""

    apart: bool
    notification_types: list[str] = Field(validation_alias="topics")
    routes: RoutesOut
