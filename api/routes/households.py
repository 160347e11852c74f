"""Households."""

from fastapi import APIRouter

from api.dependencies import Caller, HouseholdId, Tx
from api.idempotency import OncePerKey
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.households import (
    HouseholdBody,
    HouseholdDetailsOut,
    HouseholdOut,
    HouseholdPatch,
    HouseholdsOut,
)
from core.accounts import accounts
from core.households import households


async def list_households(who: Caller, tx: Tx) -> HouseholdsOut:
    """List the caller's households, with figures for each."""
    return HouseholdsOut.of(await tx.read(households.of_person, who.user_id))


async def create_household(body: HouseholdBody, who: Caller, tx: Tx, once: OncePerKey) -> HouseholdOut:
    """Create a household; the caller is its admin. Without a timezone it gets the caller's."""
    zone = body.timezone or (await tx.read(accounts.get, who)).timezone
    return await once.write(HouseholdOut.of, households.create, who, body.name, body.description, zone)


async def get_household(household_id: HouseholdId, who: Caller, tx: Tx) -> HouseholdDetailsOut:
    """Show a household with its members and figures."""
    return HouseholdDetailsOut.of(await tx.read(households.details, who, household_id))


async def update_household(
    household_id: HouseholdId, body: HouseholdPatch, who: Caller, tx: Tx
) -> HouseholdDetailsOut:
    """Change a household's name, description or time zone. Admins only."""
    changed = await tx.write(households.change, who, household_id, body.name, body.description, body.timezone)
    return HouseholdDetailsOut.of(changed)


async def delete_household(household_id: HouseholdId, who: Caller, tx: Tx) -> None:
    """Delete a household with everything in it. Admins only; its members are told."""
    await tx.write(households.delete, who, household_id)


def router() -> APIRouter:
    routes = new_router("Households", "/households")
    routes.get("")(list_households)
    routes.post("", status_code=201, responses=failing(409))(create_household)
    routes.get("/{householdId}", responses=failing(403))(get_household)
    routes.put("/{householdId}", responses=failing(403))(update_household)
    routes.delete("/{householdId}", status_code=204, responses=failing(403))(delete_household)
    return routes
