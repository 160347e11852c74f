"""What a person wants to hear of one household, apart from the rest."""

from typing import Self

from api.schemas.base import Change, Out, example
from api.schemas.settings.routing import RoutesBody, RoutesOut, Types
from core.settings.household_preferences import HouseholdSettings


class HouseholdSettingsBody(Change):
    """What is not sent stays as it was: as in general, the first time."""

    model_config = example(
        notificationTypes=["lowStock", "memberActivity"], routes={"memberActivity": {"telegram": "digest"}}
    )

    notification_types: Types | None = None
    routes: RoutesBody = RoutesBody()


class HouseholdSettingsOut(Out):
    """`apart`: the household has settings of its own; else these are the general ones."""

    apart: bool
    notification_types: list[str]
    routes: RoutesOut

    @classmethod
    def of(cls, settings: HouseholdSettings) -> Self:
        return cls(apart=settings.apart, notification_types=list(settings.topics), routes=settings.routes)
