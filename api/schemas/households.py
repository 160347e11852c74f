"""Households and their members."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from api.schemas.base import Body, Change, Out, example
from api.schemas.fields import Zone, optional_text, text
from core.households.households import HouseholdDetails, HouseholdSummary, MemberState
from core.models import Role


class HouseholdBody(Body):
    model_config = example(name="Home", description="Everything in the kitchen", timezone="Europe/Berlin")

    name: Annotated[str, text(100)]
    description: Annotated[str | None, optional_text(1000, multiline=True)] = None
    timezone: Zone | None = None


class HouseholdOut(Out):
    id: UUID
    name: str
    description: str | None
    timezone: str
    role: Role
    member_count: int
    item_count: int
    expiring_item_count: int
    created_at: datetime

    @classmethod
    def of(cls, summary: HouseholdSummary) -> Self:
        return cls(
            id=summary.id,
            name=summary.name,
            description=summary.description,
            timezone=summary.timezone,
            role=summary.role,
            member_count=summary.member_count,
            item_count=summary.counts.total,
            expiring_item_count=summary.counts.expiring,
            created_at=summary.created_at,
        )


class HouseholdsOut(Out):
    households: list[HouseholdOut]
    total: int


class MemberOut(Out):
    user_id: UUID
    email: str | None
    display_name: str
    role: Role
    joined_at: datetime

    @classmethod
    def of(cls, member: MemberState) -> Self:
        return cls(
            user_id=member.user_id,
            email=member.email,
            display_name=member.display_name,
            role=member.role,
            joined_at=member.joined_at,
        )


class StatisticsOut(Out):
    total_items: int
    expiring_items: int
    expired_items: int
    low_stock_items: int
    consumed_this_month: int
    wasted_this_month: int


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
        return cls(
            id=details.id,
            name=details.name,
            description=details.description,
            timezone=details.timezone,
            role=details.role,
            members=[MemberOut.of(member) for member in details.members],
            statistics=StatisticsOut(
                total_items=details.counts.total,
                expiring_items=details.counts.expiring,
                expired_items=details.counts.expired,
                low_stock_items=details.counts.low,
                consumed_this_month=details.month.consumed,
                wasted_this_month=details.month.wasted,
            ),
            created_at=details.created_at,
        )


class HouseholdPatch(HouseholdBody, Change):
    """Replaces name and description; without a zone the household keeps its own."""


class MemberRoleBody(Change):
    model_config = example(role="viewer")

    role: Role


class MemberRoleOut(Out):
    user_id: UUID
    display_name: str
    role: Role
