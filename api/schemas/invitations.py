"""Invitations by email address."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Body, Listing, Out, View, example
from api.schemas.fields import Email
from core.models import Role


class InvitationBody(Body):
    model_config = example(email="bob@example.com", role="member")

    email: Email
    role: Role = Role.MEMBER


class InvitationOut(View):
    invitation_id: UUID = Field(validation_alias="id")
    email: str
    role: Role
    status: Literal["pending"] = "pending"
    expires_at: datetime


class InvitationsOut(Listing):
    invitations: list[InvitationOut]
    total: int


class MyInvitationOut(Out):
    """An invitation to the caller; accept it with `householdId` and `invitationId`."""

    invitation_id: UUID = Field(validation_alias="id")
    household_id: UUID
    household_name: str
    role: Role
    invited_by: str | None
    expires_at: datetime


class MyInvitationsOut(Listing):
    invitations: list[MyInvitationOut]
    total: int


class AcceptedOut(View):
    """The household that was joined."""

    household_id: UUID
    name: str = Field(validation_alias="household_name")
    role: Role
