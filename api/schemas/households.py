"""Households, their members, and invitations."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from api.schemas.base import Body, Out
from api.schemas.fields import Email, Zone, optional_text, text
from core.access import Access
from core.households import HouseholdDetails, HouseholdSummary, MemberState
from core.invitations import PendingInvitation
from core.models import Role


class HouseholdBody(Body):
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


class InvitationBody(Body):
    email: Email
    role: Role = Role.MEMBER


class InvitationOut(Out):
    invitation_id: UUID
    email: str
    role: Role
    status: Literal["pending"] = "pending"
    expires_at: datetime

    @classmethod
    def of(cls, invitation: PendingInvitation) -> Self:
        return cls(
            invitation_id=invitation.id,
            email=invitation.email,
            role=invitation.role,
            expires_at=invitation.expires_at,
        )


class AcceptedOut(Out):
    """The household that was joined."""

    household_id: UUID
    name: str
    role: Role

    @classmethod
    def of(cls, within: Access) -> Self:
        return cls(household_id=within.household_id, name=within.household_name, role=within.role)
