"""What is done with an item's stock. Each answer carries the item's new ETag."""

from fastapi import APIRouter, Response

from api import etags
from api.dependencies import Caller, HouseholdId, ItemId, Tx
from api.schemas.stock import (
    AmountBody,
    ConsumedOut,
    MoveBody,
    MovedOut,
    RestockedOut,
    WasteBody,
    WastedOut,
)
from core import inventory
from core.changes import Change


def _tag(change: Change, response: Response) -> Change:
    response.headers["ETag"] = etags.of(change.item.version)
    return change


async def consume_item(
    household_id: HouseholdId, item_id: ItemId, body: AmountBody, who: Caller, tx: Tx, response: Response
) -> ConsumedOut:
    """Use up some of an item; never more than there is."""
    change = await tx.write(inventory.consume, who, household_id, item_id, body.quantity, body.notes)
    return ConsumedOut.of(_tag(change, response))


async def waste_item(
    household_id: HouseholdId, item_id: ItemId, body: WasteBody, who: Caller, tx: Tx, response: Response
) -> WastedOut:
    """Throw some of an item away, and say why."""
    change = await tx.write(
        inventory.waste, who, household_id, item_id, body.quantity, body.reason, body.notes
    )
    return WastedOut.of(_tag(change, response), body.reason)


async def restock_item(
    household_id: HouseholdId, item_id: ItemId, body: AmountBody, who: Caller, tx: Tx, response: Response
) -> RestockedOut:
    """Put more of an item into store."""
    change = await tx.write(inventory.restock, who, household_id, item_id, body.quantity, body.notes)
    return RestockedOut.of(_tag(change, response))


async def move_item(
    household_id: HouseholdId, item_id: ItemId, body: MoveBody, who: Caller, tx: Tx, response: Response
) -> MovedOut:
    """Put an item in another place."""
    change = await tx.write(inventory.move, who, household_id, item_id, body.new_location, body.notes)
    return MovedOut.of(_tag(change, response))


def router() -> APIRouter:
    routes = APIRouter(prefix="/households/{householdId}/items/{itemId}", tags=["Stock"])
    routes.post("/consume")(consume_item)
    routes.post("/waste")(waste_item)
    routes.post("/restock")(restock_item)
    routes.post("/move")(move_item)
    return routes
