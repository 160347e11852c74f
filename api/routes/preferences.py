"""Notification settings."""

from fastapi import APIRouter

from api.dependencies import Caller, Tx
from api.schemas.preferences import SettingsBody, SettingsChangedOut, SettingsOut
from core import clock, preferences


async def get_notification_settings(who: Caller, tx: Tx) -> SettingsOut:
    """Show what the caller asked to hear, and where."""
    return SettingsOut.of(await tx.read(preferences.get, who))


async def change_notification_settings(body: SettingsBody, who: Caller, tx: Tx) -> SettingsChangedOut:
    """Change what is sent; the rest stays as it was."""
    given = body.columns(), body.routes.given(), body.schedules.given()
    await tx.write(preferences.change, who, *given)
    return SettingsChangedOut(updated_at=clock.utcnow())


def router() -> APIRouter:
    routes = APIRouter(prefix="/notifications/settings", tags=["Notifications"])
    routes.get("")(get_notification_settings)
    routes.put("")(change_notification_settings)
    return routes
