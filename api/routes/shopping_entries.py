"""The entries of a shopping list."""

from fastapi import APIRouter

from api.dependencies import Caller, EntryId, HouseholdId, ListId, Tx
from api.idempotency import OncePerKey
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.shopping import EntriesOut, EntryBody, EntryOut, EntryPatch
from core.errors import Invalid
from core.shopping import shopping_entries


async def list_shopping_list_items(
    household_id: HouseholdId, list_id: ListId, who: Caller, tx: Tx
) -> EntriesOut:
    """List the entries of a shopping list, oldest first."""
    return EntriesOut.of(await tx.read(shopping_entries.of_list, who, household_id, list_id))


async def add_shopping_list_item(
    household_id: HouseholdId, list_id: ListId, body: EntryBody, who: Caller, once: OncePerKey
) -> EntryOut:
    """Add an entry to a shopping list."""
    return await once.write(EntryOut.of, shopping_entries.add, who, household_id, list_id, body.model_dump())


async def update_shopping_list_item(
    household_id: HouseholdId, list_id: ListId, entry_id: EntryId, body: EntryPatch, who: Caller, tx: Tx
) -> EntryOut:
    """Change an entry, tick it off, or restock what was bought."""
    if not body.model_fields_set:
        raise Invalid("Send at least one field to change.")
    return EntryOut.of(
        await tx.write(
            shopping_entries.change,
            who,
            household_id,
            list_id,
            entry_id,
            body.columns(),
            completed=body.completed,
            restock=body.restock,
        )
    )


async def delete_shopping_list_item(
    household_id: HouseholdId, list_id: ListId, entry_id: EntryId, who: Caller, tx: Tx
) -> None:
    """Delete an entry of a shopping list."""
    await tx.write(shopping_entries.remove, who, household_id, list_id, entry_id)


def router() -> APIRouter:
    routes = new_router("Shopping lists", "/households/{householdId}/shopping-lists/{listId}/items")
    fails = failing(403, 404)
    routes.get("", responses=fails)(list_shopping_list_items)
    routes.post("", status_code=201, responses=failing(403, 404, 409))(add_shopping_list_item)
    routes.patch("/{itemId}", responses=fails)(update_shopping_list_item)
    routes.delete("/{itemId}", status_code=204, responses=fails)(delete_shopping_list_item)
    return routes
