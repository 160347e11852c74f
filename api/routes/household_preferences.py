"""The caller's notification settings for a single household."""

from fastapi import APIRouter

from api.dependencies import Caller, HouseholdId, Tx
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.settings.household_preferences import HouseholdSettingsBody, HouseholdSettingsOut
from core.settings import household_preferences


async def get_household_notification_settings(
    household_id: HouseholdId, who: Caller, tx: Tx
) -> HouseholdSettingsOut:
    """Show the caller's settings for a household, and whether it has settings of its own."""
    return HouseholdSettingsOut.of(await tx.read(household_preferences.get, who, household_id))


async def put_household_notification_settings(
    household_id: HouseholdId, body: HouseholdSettingsBody, who: Caller, tx: Tx
) -> HouseholdSettingsOut:
    """Give a household settings of its own, which replace the caller's general ones."""
    given = body.notification_types, body.routes.given()
    return HouseholdSettingsOut.of(await tx.write(household_preferences.put, who, household_id, *given))


async def reset_household_notification_settings(household_id: HouseholdId, who: Caller, tx: Tx) -> None:
    """Use the caller's general settings for a household again."""
    await tx.write(household_preferences.reset, who, household_id)


def router() -> APIRouter:
    routes = new_router("Notifications", "/households/{householdId}/notification-settings")
    fails = failing(403)
    routes.get("", responses=fails)(get_household_notification_settings)
    routes.put("", responses=fails)(put_household_notification_settings)
    routes.delete("", status_code=204, responses=fails)(reset_household_notification_settings)
    return routes
