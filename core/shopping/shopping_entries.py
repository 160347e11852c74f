"""Entries of a shopping list. Ticking one off may restock its item."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.db import columns, fetch_all, fetch_first, finds, table
from core.errors import Invalid, NotFound
from core.guards import access
from core.guards.access import Access
from core.inventory import stock
from core.models import Item, ShoppingList, ShoppingListItem, User
from core.notifications import announcing
from core.shopping import shopping_lists
from core.shopping.shopping_lists import ListState
from core.text import fold
from core.values.shopping import EntryState

entries, lists, items, users = table(ShoppingListItem), table(ShoppingList), table(Item), table(User)
_adders, _buyers = users.alias("adders"), users.alias("buyers")
_states = (
    select(
        *columns(
            EntryState,
            entries,
            added_by=_adders.c.display_name,
            completed_by=_buyers.c.display_name,
            added_by_id=entries.c.added_by,
            completed_by_id=entries.c.completed_by,
        )
    )
    .outerjoin(_adders, _adders.c.id == entries.c.added_by)
    .outerjoin(_buyers, _buyers.c.id == entries.c.completed_by)
)

NOTHING_TO_RESTOCK = (
    "This entry names no item and quantity to restock. Send itemId and quantity first, or leave restock out."
)


def of_list(session: Session, who: Actor, household_id: UUID, list_id: UUID) -> list[EntryState]:
    """Return the entries of a list, the oldest first. Raises NotFound."""
    within = access.look(session, who, household_id)
    shopping_lists.find(session, within, list_id)
    oldest = entries.c.added_at, entries.c.id
    return fetch_all(session, _states.where(entries.c.list_id == list_id).order_by(*oldest), EntryState)


def touched_since(session: Session, who: Actor, household_id: UUID, moment: datetime) -> bool:
    """Return whether somebody added or ticked off an entry in a household after a moment."""
    added = and_(entries.c.added_by == who.user_id, entries.c.added_at > moment)
    ticked = and_(entries.c.completed_by == who.user_id, entries.c.completed_at > moment)
    on_list = entries.c.list_id.in_(select(lists.c.id).where(lists.c.household_id == household_id))
    return finds(session, select(entries.c.id).where(on_list, or_(added, ticked)).limit(1))


def find(session: Session, list_id: UUID, entry_id: UUID) -> EntryState:
    """Return an entry of a list. Raises NotFound."""
    entry = fetch_first(session, _states.where(*_here(list_id, entry_id)), EntryState)
    if entry is None:
        raise NotFound("There is no such entry on this list. It may have been taken off.")
    return entry


def _here(list_id: UUID, entry_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (entries.c.id == entry_id, entries.c.list_id == list_id)


def add(
    session: Session, who: Actor, household_id: UUID, list_id: UUID, values: Mapping[str, object]
) -> EntryState:
    """Add an entry. Raises NotFound for the list, Invalid for an item of another household."""
    within = access.change(session, who, household_id)
    on = shopping_lists.find(session, within, list_id)
    _check_item(session, within, values)
    now, entry_id = clock.utcnow(), uuid4()
    session.execute(
        insert(entries).values(
            id=entry_id, list_id=list_id, added_by=who.user_id, added_at=now, updated_at=now, **values
        )
    )
    entry = find(session, list_id, entry_id)
    _announce(session, who, within, on, events.EntryAdded, entry)
    return entry


def change(
    session: Session,
    who: Actor,
    household_id: UUID,
    list_id: UUID,
    entry_id: UUID,
    values: Mapping[str, object],
    *,
    completed: bool | None = None,
    restock: bool = False,
) -> EntryState:
    """Change an entry; `completed` ticks it off or back on, and `restock` adds what was bought to the stock.

    It is restocked once, even if several people tick it off at once. Raises NotFound, and Invalid when there
    is nothing to restock.
    """
    within = access.change(session, who, household_id)
    on = shopping_lists.find(session, within, list_id)
    _check_item(session, within, values)
    now = clock.utcnow()
    session.execute(update(entries).where(*_here(list_id, entry_id)).values(**values, updated_at=now))
    ticked = completed is not None and _tick(session, who, list_id, entry_id, completed=completed)
    entry = find(session, list_id, entry_id)
    if restock and completed:
        _restock(session, who, within, entry, ticked=ticked)
    _announce(session, who, within, on, events.EntryUpdated, entry)
    return entry


def _tick(session: Session, who: Actor, list_id: UUID, entry_id: UUID, *, completed: bool) -> bool:
    """Tick an entry off, or on again. False when it was already."""
    now = clock.utcnow() if completed else None
    differs = entries.c.completed_at.is_(None) if completed else entries.c.completed_at.is_not(None)
    ticked = (
        update(entries)
        .where(*_here(list_id, entry_id), differs)
        .values(completed_at=now, completed_by=who.user_id if completed else None)
        .returning(entries.c.id)
    )
    return finds(session, ticked)


def _restock(session: Session, who: Actor, within: Access, entry: EntryState, *, ticked: bool) -> None:
    if entry.item_id is None or entry.quantity is None:
        raise Invalid(NOTHING_TO_RESTOCK, "restock")
    item = stock.find(session, within, entry.item_id)
    if entry.unit is not None and fold(entry.unit) != fold(item.unit):
        raise Invalid(
            f"{item.name} is counted in {item.unit}, and this entry in {entry.unit}. Change the unit of the "
            "entry, or restock the item by itself.",
            "restock",
        )
    if ticked:
        stock.restock(session, who, within.household_id, item.id, entry.quantity, f"Bought: {entry.name}")


def remove(session: Session, who: Actor, household_id: UUID, list_id: UUID, entry_id: UUID) -> EntryState:
    """Delete an entry. Raises NotFound."""
    within = access.change(session, who, household_id)
    on = shopping_lists.find(session, within, list_id)
    entry = find(session, list_id, entry_id)
    session.execute(delete(entries).where(*_here(list_id, entry_id)))
    _announce(session, who, within, on, events.EntryDeleted, entry)
    return entry


def clear(session: Session, who: Actor, household_id: UUID, list_id: UUID) -> int:
    """Delete the ticked entries, and return how many there were. Raises NotFound."""
    done = [entry for entry in of_list(session, who, household_id, list_id) if entry.completed]
    for entry in done:
        remove(session, who, household_id, list_id, entry.id)
    return len(done)


def _check_item(session: Session, within: Access, values: Mapping[str, object]) -> None:
    item_id = values.get("item_id")
    if item_id is None:
        return
    here = and_(items.c.id == item_id, items.c.household_id == within.household_id)
    if not finds(session, select(items.c.id).where(here)):
        raise Invalid("itemId must be an item of this household.", "itemId")


def _announce(
    session: Session,
    who: Actor,
    within: Access,
    on: ListState,
    kind: type[events.EntryEvent],
    entry: EntryState,
) -> None:
    session.execute(update(lists).where(lists.c.id == on.id).values(updated_at=clock.utcnow()))
    facts = shopping_lists.facts(within, on)
    announcing.announce(session, who, within, kind(**facts, entry=entry))
