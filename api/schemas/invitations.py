"""Invitations by email address."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from api.schemas.base import Body, Out, example
from api.schemas.fields import Email
from core.guards.access import Access
from core.households.invitations import MyInvitation, PendingInvitation
from core.models import Role


class InvitationBody(Body):
    model_config = example(email="bob@example.com", role="member")

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


class InvitationsOut(Out):
    invitations: list[InvitationOut]
    total: int

    @classmethod
    def of(cls, pending: Sequence[PendingInvitation]) -> Self:
        return cls(invitations=[InvitationOut.of(one) for one in pending], total=len(pending))


class MyInvitationOut(Out):
    """An invitation to the caller; accept it with `householdId` and `invitationId`."""

    invitation_id: UUID
    household_id: UUID
    household_name: str
    role: Role
    invited_by: str | None
    expires_at: datetime

    @classmethod
    def of(cls, invitation: MyInvitation) -> Self:
        return cls(
            invitation_id=invitation.id,
            household_id=invitation.household_id,
            household_name=invitation.household_name,
            role=invitation.role,
            invited_by=invitation.invited_by,
            expires_at=invitation.expires_at,
        )


class MyInvitationsOut(Out):
    invitations: list[MyInvitationOut]
    total: int

    @classmethod
    def of(cls, mine: Sequence[MyInvitation]) -> Self:
        return cls(invitations=[MyInvitationOut.of(one) for one in mine], total=len(mine))


class AcceptedOut(Out):
    """The household that was joined."""

    household_id: UUID
    name: str
    role: Role

    @classmethod
    def of(cls, within: Access) -> Self:
        return cls(household_id=within.household_id, name=within.household_name, role=within.role)
