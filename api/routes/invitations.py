"""Invitations by email address."""

from fastapi import APIRouter

from api.dependencies import Caller, HouseholdId, InvitationId, Tx
from api.idempotency import OncePerKey
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.invitations import (
    AcceptedOut,
    InvitationBody,
    InvitationOut,
    InvitationsOut,
    MyInvitationsOut,
)
from core.households import invitations


async def list_my_invitations(who: Caller, tx: Tx) -> MyInvitationsOut:
    """List the invitations to the caller's email address that can still be accepted."""
    return MyInvitationsOut.of(await tx.read(invitations.mine, who))


async def invite_member(
    household_id: HouseholdId, body: InvitationBody, who: Caller, once: OncePerKey
) -> InvitationOut:
    """Invite an email address; the invitation is good for seven days. Admins only."""
    return await once.write(InvitationOut.of, invitations.invite, who, household_id, body.email, body.role)


async def list_invitations(household_id: HouseholdId, who: Caller, tx: Tx) -> InvitationsOut:
    """List the invitations to a household that can still be accepted. Admins only."""
    return InvitationsOut.of(await tx.read(invitations.pending, who, household_id))


async def accept_invitation(
    household_id: HouseholdId, invitation_id: InvitationId, who: Caller, once: OncePerKey
) -> AcceptedOut:
    """Join a household, with the account that has the invited email."""
    return await once.write(AcceptedOut.of, invitations.accept, who, household_id, invitation_id)


async def revoke_invitation(
    household_id: HouseholdId, invitation_id: InvitationId, who: Caller, tx: Tx
) -> None:
    """Withdraw an invitation. Admins only."""
    await tx.write(invitations.revoke, who, household_id, invitation_id)


def router() -> APIRouter:
    routes = new_router("Invitations")
    routes.get("/invitations")(list_my_invitations)
    household = "/households/{householdId}"
    routes.post(f"{household}/members", status_code=201, responses=failing(403, 409))(invite_member)
    routes.get(f"{household}/invitations", responses=failing(403))(list_invitations)
    one = f"{household}/invitations/{{invitationId}}"
    routes.post(f"{one}/accept", responses=failing(403, 409))(accept_invitation)
    routes.delete(one, status_code=204, responses=failing(403, 404))(revoke_invitation)
    return routes
