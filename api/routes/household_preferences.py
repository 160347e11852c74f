"""What the caller wants to hear of one household, apart from the rest."""

from fastapi import APIRouter

from api.dependencies import Caller, HouseholdId, Tx
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.settings.household_preferences import HouseholdSettingsBody, HouseholdSettingsOut
from core.settings import household_preferences


async def get_household_notification_settings(
    household_id: HouseholdId, who: Caller, tx: Tx
) -> HouseholdSettingsOut:
    """Show what the caller wants to hear of a household, and whether it is apart from the rest."""
    return HouseholdSettingsOut.of(await tx.read(household_preferences.get, who, household_id))


async def put_household_notification_settings(
    household_id: HouseholdId, body: HouseholdSettingsBody, who: Caller, tx: Tx
) -> HouseholdSettingsOut:
    """Set apart what the caller wants to hear of a household: it stands in place of the general choice."""
    given = body.notification_types, body.routes.given()
    return HouseholdSettingsOut.of(await tx.write(household_preferences.put, who, household_id, *given))


async def reset_household_notification_settings(household_id: HouseholdId, who: Caller, tx: Tx) -> None:
    """Hear of a household what the caller hears in general."""
    await tx.write(household_preferences.reset, who, household_id)


def router() -> APIRouter:
    routes = new_router("Notifications", "/households/{householdId}/notification-settings")
    fails = failing(403)
    routes.get("", responses=fails)(get_household_notification_settings)
    routes.put("", responses=fails)(put_household_notification_settings)
    routes.delete("", status_code=204, responses=fails)(reset_household_notification_settings)
    return routes
