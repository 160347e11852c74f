"""Changes of an item's stock. Each answer carries the item's new ETag."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.dependencies import Caller, HouseholdId, ItemId, MovementId, Tx
from api.idempotency import OncePerKey
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.movements import MovementsOut, UndoneOut
from api.schemas.pagination import Number, Size
from api.schemas.stock import (
    AmountBody,
    ConsumedOut,
    MoveBody,
    MovedOut,
    RestockedOut,
    WasteBody,
    WastedOut,
)
from core.inventory import movements, stock


async def consume_item(
    household_id: HouseholdId, item_id: ItemId, body: AmountBody, who: Caller, once: OncePerKey
) -> ConsumedOut:
    """Use up some of an item, at most what is there."""
    return await once.write(
        ConsumedOut.of, stock.consume, who, household_id, item_id, body.quantity, body.notes
    )


async def waste_item(
    household_id: HouseholdId, item_id: ItemId, body: WasteBody, who: Caller, once: OncePerKey
) -> WastedOut:
    """Throw away some of an item, with a reason."""
    return await once.write(
        lambda change: WastedOut.of(change, reason=body.reason),
        stock.waste,
        who,
        household_id,
        item_id,
        body.quantity,
        body.reason,
        body.notes,
    )


async def restock_item(
    household_id: HouseholdId, item_id: ItemId, body: AmountBody, who: Caller, once: OncePerKey
) -> RestockedOut:
    """Add to an item's stock."""
    return await once.write(
        RestockedOut.of, stock.restock, who, household_id, item_id, body.quantity, body.notes
    )


async def move_item(
    household_id: HouseholdId, item_id: ItemId, body: MoveBody, who: Caller, once: OncePerKey
) -> MovedOut:
    """Move an item to another location."""
    return await once.write(
        MovedOut.of, stock.move, who, household_id, item_id, body.new_location, body.notes
    )


async def list_movements(
    household_id: HouseholdId,
    who: Caller,
    tx: Tx,
    item_id: Annotated[UUID | None, Query(alias="itemId", description="Of this item only")] = None,
    page: Number = 1,
    page_size: Size = 50,
) -> MovementsOut:
    """List a household's stock movements, newest first, including those of deleted items."""
    return MovementsOut.of(await tx.read(movements.of_household, who, household_id, page, page_size, item_id))


async def undo_movement(
    household_id: HouseholdId, movement_id: MovementId, who: Caller, once: OncePerKey
) -> UndoneOut:
    """Undo a movement with a compensating one: once, and while its item exists."""
    return await once.write(
        lambda change: UndoneOut.of(change, undoes=movement_id), stock.undo, who, household_id, movement_id
    )


def router() -> APIRouter:
    routes = new_router("Stock", "/households/{householdId}")
    fails = failing(403, 404, 409)
    routes.post("/items/{itemId}/consume", responses=fails)(consume_item)
    routes.post("/items/{itemId}/waste", responses=fails)(waste_item)
    routes.post("/items/{itemId}/restock", responses=fails)(restock_item)
    routes.post("/items/{itemId}/move", responses=fails)(move_item)
    routes.get("/movements", responses=failing(403))(list_movements)
    routes.post("/movements/{movementId}/undo", responses=fails)(undo_movement)
    return routes
