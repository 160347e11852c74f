"""The members of a household."""

from fastapi import APIRouter

from api.dependencies import Caller, HouseholdId, Tx, UserId
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.households import MemberRoleBody, MemberRoleOut
from core.households import members


async def set_member_role(
    household_id: HouseholdId, user_id: UserId, body: MemberRoleBody, who: Caller, tx: Tx
) -> MemberRoleOut:
    """Change a member's role. Admins only; the last admin cannot step down."""
    name = await tx.write(members.change_role, who, household_id, user_id, body.role)
    return MemberRoleOut(user_id=user_id, display_name=name, role=body.role)


async def update_member(
    household_id: HouseholdId, user_id: UserId, body: MemberRoleBody, who: Caller, tx: Tx
) -> MemberRoleOut:
    """The same as PUT on the member's role."""
    return await set_member_role(household_id, user_id, body, who, tx)


async def remove_member(household_id: HouseholdId, user_id: UserId, who: Caller, tx: Tx) -> None:
    """Remove a member, who loses access at once. Admins only."""
    await tx.write(members.remove, who, household_id, user_id)


async def leave_household(household_id: HouseholdId, who: Caller, tx: Tx) -> None:
    """Leave a household. The last admin cannot."""
    await tx.write(members.leave, who, household_id)


def router() -> APIRouter:
    routes = new_router("Households", "/households/{householdId}")
    fails = failing(403, 404)
    routes.put("/members/{userId}/role", responses=fails)(set_member_role)
    routes.patch("/members/{userId}", responses=fails)(update_member)
    routes.delete("/members/{userId}", status_code=204, responses=fails)(remove_member)
    routes.delete("/leave", status_code=204, responses=failing(403))(leave_household)
    return routes
