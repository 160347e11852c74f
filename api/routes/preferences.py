"""Notification settings."""

from fastapi import APIRouter

from api.dependencies import Caller, Tx
from api.routes import new_router
from api.schemas.settings.preferences import SettingsBody, SettingsChangedOut, SettingsOut
from api.schemas.settings.preview import PreviewOut
from core import clock
from core.settings import preferences, preview


async def get_notification_settings(who: Caller, tx: Tx) -> SettingsOut:
    """Show the caller's notification settings."""
    return SettingsOut.of(await tx.read(preferences.get, who))


async def change_notification_settings(body: SettingsBody, who: Caller, tx: Tx) -> SettingsChangedOut:
    """Change the settings that are sent; the others stay as they are."""
    draft = body.draft()
    await tx.write(preferences.change, who, draft.values, draft.routes, draft.times)
    return SettingsChangedOut(updated_at=clock.utcnow())


async def preview_notification_settings(body: SettingsBody, who: Caller, tx: Tx) -> PreviewOut:
    """Estimate how many messages, and which, these changes would have meant in the last seven days.

    Nothing is changed. Where the past was not recorded, the estimate uses the present state.
    """
    return PreviewOut.of(await tx.read(preview.replay, who, body.draft()))


def router() -> APIRouter:
    routes = new_router("Notifications", "/notifications/settings")
    routes.get("")(get_notification_settings)
    routes.put("")(change_notification_settings)
    routes.post("/preview")(preview_notification_settings)
    return routes
