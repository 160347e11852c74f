"""Households and how one gets into them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from api.dependencies import Caller, HouseholdId, Tx
from api.schemas.households import (
    AcceptedOut,
    HouseholdBody,
    HouseholdDetailsOut,
    HouseholdOut,
    HouseholdsOut,
    InvitationBody,
    InvitationOut,
)
from core import accounts, households, invitations

InvitationId = Annotated[UUID, Path(alias="invitationId")]


async def list_households(who: Caller, tx: Tx) -> HouseholdsOut:
    """List the caller's households, with figures for each."""
    mine = [HouseholdOut.of(summary) for summary in await tx.read(households.of_person, who.user_id)]
    return HouseholdsOut(households=mine, total=len(mine))


async def create_household(body: HouseholdBody, who: Caller, tx: Tx) -> HouseholdOut:
    """Create a household; the caller is its admin. Without a timezone it gets the caller's."""
    zone = body.timezone or (await tx.read(accounts.get, who)).timezone
    made = await tx.write(households.create, who, body.name, body.description, zone)
    return HouseholdOut.of(made)


async def get_household(household_id: HouseholdId, who: Caller, tx: Tx) -> HouseholdDetailsOut:
    """Show a household with its members and figures."""
    return HouseholdDetailsOut.of(await tx.read(households.details, who, household_id))


async def invite_member(
    household_id: HouseholdId, body: InvitationBody, who: Caller, tx: Tx
) -> InvitationOut:
    """Invite an email address, for seven days. Admins only."""
    return InvitationOut.of(await tx.write(invitations.invite, who, household_id, body.email, body.role))


async def accept_invitation(
    household_id: HouseholdId, invitation_id: InvitationId, who: Caller, tx: Tx
) -> AcceptedOut:
    """Join a household. Only the account with the invited email may."""
    return AcceptedOut.of(await tx.write(invitations.accept, who, household_id, invitation_id))


def router() -> APIRouter:
    routes = APIRouter(prefix="/households", tags=["Households"])
    routes.get("")(list_households)
    routes.post("", status_code=201)(create_household)
    routes.get("/{householdId}")(get_household)
    routes.post("/{householdId}/members", status_code=201)(invite_member)
    routes.post("/{householdId}/invitations/{invitationId}/accept")(accept_invitation)
    return routes
