"""Shopping lists."""

from fastapi import APIRouter

from api.dependencies import Caller, HouseholdId, ListId, Tx
from api.idempotency import OncePerKey
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.shopping import ListBody, ListOut, ListsOut
from core.shopping import shopping_lists


async def list_shopping_lists(household_id: HouseholdId, who: Caller, tx: Tx) -> ListsOut:
    """List the shopping lists of a household, oldest first."""
    return ListsOut.of(await tx.read(shopping_lists.of_household, who, household_id))


async def create_shopping_list(
    household_id: HouseholdId, body: ListBody, who: Caller, once: OncePerKey
) -> ListOut:
    """Create a shopping list."""
    return await once.write(ListOut.of, shopping_lists.create, who, household_id, body.name, body.notes)


async def get_shopping_list(household_id: HouseholdId, list_id: ListId, who: Caller, tx: Tx) -> ListOut:
    """Show a shopping list without its entries."""
    return ListOut.of(await tx.read(shopping_lists.get, who, household_id, list_id))


async def update_shopping_list(
    household_id: HouseholdId, list_id: ListId, body: ListBody, who: Caller, tx: Tx
) -> ListOut:
    """Change a shopping list's name and notes."""
    return ListOut.of(await tx.write(shopping_lists.change, who, household_id, list_id, body.model_dump()))


async def delete_shopping_list(household_id: HouseholdId, list_id: ListId, who: Caller, tx: Tx) -> None:
    """Delete a shopping list and its entries."""
    await tx.write(shopping_lists.remove, who, household_id, list_id)


def router() -> APIRouter:
    routes = new_router("Shopping lists", "/households/{householdId}/shopping-lists")
    routes.get("", responses=failing(403))(list_shopping_lists)
    routes.post("", status_code=201, responses=failing(403, 409))(create_shopping_list)
    fails = failing(403, 404)
    routes.get("/{listId}", responses=fails)(get_shopping_list)
    routes.put("/{listId}", responses=fails)(update_shopping_list)
    routes.delete("/{listId}", status_code=204, responses=fails)(delete_shopping_list)
    return routes
