"""Items. Changes name the version that they are made from."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api import etags
from api.dependencies import Caller, HouseholdId, IfMatch, ItemId, Tx
from api.idempotency import OncePerKey
from api.openapi.descriptions import failing, stale
from api.routes import new_router
from api.schemas.item_query import item_query
from api.schemas.items import ExpiringOut, ItemBody, ItemDetailsOut, ItemOut, ItemPatch, ItemsOut
from core.actors import Actor
from core.db import Transactions
from core.errors import Invalid
from core.inventory import catalog, stock
from core.inventory.catalog import ItemQuery

LONGEST_OUTLOOK_DAYS = 3650


async def list_items(
    household_id: HouseholdId, query: Annotated[ItemQuery, Depends(item_query)], who: Caller, tx: Tx
) -> ItemsOut:
    """List, filter, search and sort the items of a household, page by page."""
    return ItemsOut.of(await tx.read(catalog.page, who, household_id, query))


async def list_expiring_items(
    household_id: HouseholdId,
    who: Caller,
    tx: Tx,
    days: Annotated[int, Query(ge=0, le=LONGEST_OUTLOOK_DAYS)] = 7,
) -> ExpiringOut:
    """List the items that expire within `days` or have expired, soonest first."""
    return ExpiringOut.of(await tx.read(catalog.expiring, who, household_id, days), days)


async def create_item(household_id: HouseholdId, body: ItemBody, who: Caller, once: OncePerKey) -> ItemOut:
    """Add an item to a household."""
    return await once.write(
        lambda change: ItemOut.of(change.item), stock.add, who, household_id, body.model_dump()
    )


async def get_item(
    household_id: HouseholdId, item_id: ItemId, who: Caller, tx: Tx, response: Response
) -> ItemDetailsOut:
    """Show an item with its history. A change must name its ETag."""
    details = await tx.read(catalog.details, who, household_id, item_id)
    response.headers["ETag"] = etags.of(details.item.version)
    return ItemDetailsOut.of_details(details)


async def patch_item(
    household_id: HouseholdId,
    item_id: ItemId,
    body: ItemPatch,
    who: Caller,
    tx: Tx,
    response: Response,
    if_match: IfMatch = None,
) -> ItemOut:
    """Change some fields of an item. A changed quantity is a correction, neither consumed nor wasted."""
    columns = body.model_dump(exclude_unset=True)
    return await _change(household_id, item_id, who, tx, response, if_match, columns)


async def put_item(
    household_id: HouseholdId,
    item_id: ItemId,
    body: ItemBody,
    who: Caller,
    tx: Tx,
    response: Response,
    if_match: IfMatch = None,
) -> ItemOut:
    """Replace all fields of an item; fields that are left out are cleared."""
    return await _change(household_id, item_id, who, tx, response, if_match, body.model_dump())


async def _change(
    household_id: UUID,
    item_id: UUID,
    who: Actor,
    tx: Transactions,
    response: Response,
    if_match: str | None,
    columns: dict[str, object],
) -> ItemOut:
    version = etags.wanted_version(if_match)
    if not columns:
        raise Invalid("Send at least one field to change.")
    change = await tx.write(stock.patch, who, household_id, item_id, version, columns)
    response.headers["ETag"] = etags.of(change.item.version)
    return ItemOut.of(change.item)


async def delete_item(household_id: HouseholdId, item_id: ItemId, who: Caller, tx: Tx) -> None:
    """Delete an item. Its history stays."""
    await tx.write(stock.remove, who, household_id, item_id)


def router() -> APIRouter:
    routes = new_router("Items", "/households/{householdId}/items")
    routes.get("", responses=failing(403))(list_items)
    routes.post("", status_code=201, responses=failing(403, 409))(create_item)
    routes.get("/expiring", responses=failing(403))(list_expiring_items)
    found = failing(403, 404)
    changed = {**failing(403, 404, 428), **stale()}
    routes.get("/{itemId}", responses=found)(get_item)
    routes.patch("/{itemId}", responses=changed)(patch_item)
    routes.put("/{itemId}", responses=changed)(put_item)
    routes.delete("/{itemId}", status_code=204, responses=found)(delete_item)
    return routes
