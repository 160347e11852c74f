"""Households and their members."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AliasPath, Field

from api.schemas.base import Body, Change, Listing, Out, View, example
from api.schemas.fields import Zone, optional_text, text
from core.households.households import HouseholdDetails
from core.models import Role


class HouseholdBody(Body):
    model_config = example(name="Home", description="Everything in the kitchen", timezone="Europe/Berlin")

    name: Annotated[str, text(100)]
    description: Annotated[str | None, optional_text(1000, multiline=True)] = None
    timezone: Zone | None = None


class HouseholdOut(View):
    id: UUID
    name: str
    description: str | None
    timezone: str
    role: Role
    member_count: int
    item_count: int = Field(validation_alias=AliasPath("counts", "total"))
    expiring_item_count: int = Field(validation_alias=AliasPath("counts", "expiring"))
    created_at: datetime


class HouseholdsOut(Listing):
    households: list[HouseholdOut]
    total: int


class MemberOut(Out):
    user_id: UUID
    email: str | None
    display_name: str
    role: Role
    joined_at: datetime


class StatisticsOut(Out):
    total_items: int = Field(validation_alias=AliasPath("counts", "total"))
    expiring_items: int = Field(validation_alias=AliasPath("counts", "expiring"))
    expired_items: int = Field(validation_alias=AliasPath("counts", "expired"))
    low_stock_items: int = Field(validation_alias=AliasPath("counts", "low"))
    consumed_this_month: int = Field(validation_alias=AliasPath("month", "consumed"))
    wasted_this_month: int = Field(validation_alias=AliasPath("month", "wasted"))


class HouseholdDetailsOut(Out):
    id: UUID
    name: str
    description: str | None
    timezone: str
    role: Role
    members: list[MemberOut]
    statistics: StatisticsOut
    created_at: datetime

    @classmethod
    def of(cls, details: HouseholdDetails) -> Self:
        return cls.model_validate({**vars(details), "statistics": details})


class HouseholdPatch(HouseholdBody, Change):
    """Replaces name and description; without a timezone the household keeps its own."""


class MemberRoleBody(Change):
    model_config = example(role="viewer")

    role: Role


class MemberRoleOut(Out):
    user_id: UUID
    display_name: str
    role: Role
