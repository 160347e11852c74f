"""What the caller follows or mutes in a household, and minimums of their own. Viewers have them too."""

from fastapi import APIRouter, Response

from api.dependencies import Caller, HouseholdId, Tx, WatchId
from api.openapi.descriptions import Responses, failing
from api.routes import new_router
from api.schemas.settings.watches import WatchBody, WatchesOut, WatchOut
from core.settings import watching


async def list_watches(household_id: HouseholdId, who: Caller, tx: Tx) -> WatchesOut:
    """List what the caller watches in a household, by name."""
    return WatchesOut.of(await tx.read(watching.mine, who, household_id))


async def put_watch(household_id: HouseholdId, body: WatchBody, who: Caller, tx: Tx) -> WatchOut | Response:
    """Follow or mute an item, a category or a location, or set a minimum of one's own for an item.

    The most specific watch decides: item, then category, then location. Followers get all news about it,
    even of types that they did not choose, on the channels whose routes are not off.
    """
    watch = await tx.write(watching.put, who, household_id, body.scope, body.target, body.columns())
    return Response(status_code=204) if watch is None else WatchOut.of(watch)


async def delete_watch(household_id: HouseholdId, watch_id: WatchId, who: Caller, tx: Tx) -> None:
    """Look at something like at the rest again."""
    await tx.write(watching.remove, who, household_id, watch_id)


def router() -> APIRouter:
    routes = new_router("Notifications", "/households/{householdId}/watches")
    nothing: Responses = {204: {"description": "What was sent came to nothing: it is not watched any more"}}
    routes.get("", responses=failing(403))(list_watches)
    routes.put("", response_model=WatchOut, responses={**failing(403, 404), **nothing})(put_watch)
    routes.delete("/{watchId}", status_code=204, responses=failing(403, 404))(delete_watch)
    return routes
