"""What people do to shopping lists in the chat. Each function is one transaction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict
from uuid import UUID

from sqlalchemy.orm import Session

from bot.markup import shorten
from bot.reading.amounts import Amount
from bot.reading.arguments import LONGEST_NAME
from bot.stock.callbacks import Verb
from bot.stock.item_commands import Request, look_up
from core.actors import Actor
from core.errors import Invalid
from core.guards import access
from core.guards.access import Access
from core.inventory import catalog, stock
from core.shopping import shopping_entries, shopping_lists
from core.shopping.shopping_lists import ListState
from core.text import clean, fold
from core.values.items import ItemState
from core.values.shopping import EntryState

FIRST_LIST = "Shopping"
LONGEST_TITLE = 100
_WORDS = re.compile(r"\w+")


class EntryValues(TypedDict):
    """The columns of an entry; `quantity` in thousandths."""

    name: str
    quantity: int | None
    unit: str | None
    item_id: UUID | None


class Put(StrEnum):
    """What putting something on a list changed."""

    ADDED = "added"
    CHANGED = "changed"
    THERE = "there"


@dataclass(frozen=True)
class Bought:
    """What is on which list now. `several`: the household has other lists."""

    put: Put
    entry: EntryState
    on: ListState
    several: bool


@dataclass(frozen=True)
class Shown:
    """A list, what is on it, the household's other lists, and whether the person may change them."""

    on: ListState
    entries: Sequence[EntryState]
    others: Sequence[ListState]
    may_change: bool


@dataclass(frozen=True)
class Ticked:
    """The result of ticking an entry; `changed` is False if there was nothing to do.

    `item` is the one that the entry names; `restocked`: there is more of it now.
    """

    entry: EntryState
    changed: bool
    item: ItemState | None = None
    restocked: bool = False


def buy(session: Session, who: Actor, household_id: UUID, title: str | None, amount: Amount) -> Bought:
    """Put what was typed on a list: the named one, or the one used last.

    A quantity of 0 means that none was given. Raises Invalid, NotAllowed.
    """
    access.change(session, who, household_id)
    values = _wanted(session, who, household_id, amount)
    return _put(session, who, household_id, title, values)


def buy_item(session: Session, who: Actor, item_id: UUID) -> Bought:
    """Put what an item lacks to its minimum on the list used last. Raises NotFound, NotAllowed."""
    household_id = catalog.household_of(session, who, item_id)
    item = stock.find(session, access.change(session, who, household_id), item_id)
    lacking = max(0, (item.min_quantity or 0) - item.quantity) or None
    return _put(session, who, household_id, None, _values(item.name, lacking, item.unit, item.id))


def _wanted(session: Session, who: Actor, household_id: UUID, amount: Amount) -> EntryValues:
    """Return the columns of an entry. It is linked to the item of exactly that name, if there is just one."""
    found, request = look_up(session, who, household_id, Request.of(Verb.ADD, amount))
    quantity = request.value or None
    name = clean(request.words, "The name", LONGEST_NAME)
    if len(found.exact) != 1:
        return _values(name, quantity, request.unit, None)
    [item] = found.exact
    try:
        return _values(item.name, quantity and request.value_for(item), item.unit, item.id)
    except Invalid:
        # Two cans of something counted in kg can be bought, but not added to it.
        return _values(item.name, quantity, request.unit, item.id)


def _values(name: str, quantity: int | None, unit: str | None, item_id: UUID | None) -> EntryValues:
    # A unit means nothing without a quantity.
    return {
        "name": name,
        "quantity": quantity,
        "unit": unit if quantity is not None else None,
        "item_id": item_id,
    }


def _put(session: Session, who: Actor, household_id: UUID, title: str | None, values: EntryValues) -> Bought:
    lists = shopping_lists.of_household(session, who, household_id)
    on = _named(lists, title) if title is not None else _used_last(lists)
    if on is None:
        on = shopping_lists.create(session, who, household_id, FIRST_LIST, None)
    several = len(lists) > 1
    wanted = fold(values["name"]), values["item_id"]
    entries = shopping_entries.of_list(session, who, household_id, on.id)
    waiting = (one for one in entries if not one.completed)
    there = next((one for one in waiting if (fold(one.name), one.item_id) == wanted), None)
    if there is None:
        entry = shopping_entries.add(session, who, household_id, on.id, values)
        return Bought(Put.ADDED, entry, on, several)
    if values["quantity"] is None or (there.quantity, there.unit) == (values["quantity"], values["unit"]):
        return Bought(Put.THERE, there, on, several)
    amount = {"quantity": values["quantity"], "unit": values["unit"]}
    entry = shopping_entries.change(session, who, household_id, on.id, there.id, amount)
    return Bought(Put.CHANGED, entry, on, several)


def _used_last(lists: Sequence[ListState]) -> ListState | None:
    return max(lists, key=lambda one: one.updated_at, default=None)


def _named(lists: Sequence[ListState], title: str) -> ListState:
    found = _like(lists, title)
    if found is None:
        name = shorten(title, LONGEST_TITLE)
        raise Invalid(f"There is no list “{name}”. Send /list new {name} to make it.")
    return found


def _like(lists: Sequence[ListState], title: str) -> ListState | None:
    """Return the list of a name, or the only one with its words: Party is “Party 🎉”."""
    exact = [one for one in lists if fold(one.name) == fold(title)]
    words = _WORDS.findall(fold(title))
    same = [one for one in lists if words and _WORDS.findall(fold(one.name)) == words]
    return exact[0] if exact else same[0] if len(same) == 1 else None


def has_list(session: Session, who: Actor, household_id: UUID, title: str) -> bool:
    """Return whether a household has a list of this name."""
    return _like(shopping_lists.of_household(session, who, household_id), title) is not None


def make_list(session: Session, who: Actor, household_id: UUID, title: str) -> Shown:
    """Make another list. Raises Invalid if there is one of that name."""
    access.change(session, who, household_id)
    name = clean(title, "The name", LONGEST_TITLE)
    lists = shopping_lists.of_household(session, who, household_id)
    if any(fold(one.name) == fold(name) for one in lists):
        raise Invalid(f"There is a list “{name}” already. Send /list {name} to see it.")
    made = shopping_lists.create(session, who, household_id, name, None)
    return show(session, who, household_id, made.id)


def show_named(session: Session, who: Actor, household_id: UUID, title: str | None) -> Shown | None:
    """Return the list of a name, or the one used last; None if there is none. Raises Invalid."""
    lists = shopping_lists.of_household(session, who, household_id)
    on = _named(lists, title) if title else _used_last(lists)
    return show(session, who, household_id, on.id) if on else None


def open_list(session: Session, who: Actor, list_id: UUID) -> Shown:
    """Return a list of any household of the person. Raises NotFound."""
    return show(session, who, shopping_lists.household_of(session, who, list_id), list_id)


def show(session: Session, who: Actor, household_id: UUID, list_id: UUID) -> Shown:
    lists = shopping_lists.of_household(session, who, household_id)
    on = shopping_lists.get(session, who, household_id, list_id)
    others = [one for one in lists if one.id != list_id]
    entries = shopping_entries.of_list(session, who, household_id, list_id)
    return Shown(on, entries, others, access.look(session, who, household_id).may_change)


def tick(
    session: Session, who: Actor, list_id: UUID, entry_id: UUID, *, bought: bool
) -> tuple[Ticked | None, Shown]:
    """Mark an entry as bought or not, and add what was bought to its item, once.

    None if the entry is gone. Raises NotFound for the list, Invalid if there would be too much of the item.
    """
    within = access.change(session, who, shopping_lists.household_of(session, who, list_id))
    entry = _entry(session, who, within, list_id, entry_id)
    outcome = _tick(session, who, within, entry, bought=bought) if entry else None
    return outcome, show(session, who, within.household_id, list_id)


def _entry(session: Session, who: Actor, within: Access, list_id: UUID, entry_id: UUID) -> EntryState | None:
    entries = shopping_entries.of_list(session, who, within.household_id, list_id)
    return next((entry for entry in entries if entry.id == entry_id), None)


def _tick(session: Session, who: Actor, within: Access, entry: EntryState, *, bought: bool) -> Ticked:
    if entry.completed == bought:
        return Ticked(entry, changed=False)
    item = stock.find(session, within, entry.item_id) if entry.item_id else None
    restock = bought and item is not None and _fits(entry, item)
    place = within.household_id, entry.list_id, entry.id
    after = shopping_entries.change(session, who, *place, {}, completed=bought, restock=restock)
    if restock and item is not None:
        item = stock.find(session, within, item.id)
    return Ticked(after, changed=True, item=item, restocked=restock)


def _fits(entry: EntryState, item: ItemState) -> bool:
    """Return whether the item can grow by what was bought."""
    return entry.quantity is not None and (entry.unit is None or fold(entry.unit) == fold(item.unit))


def take_off(session: Session, who: Actor, list_id: UUID, entry_id: UUID) -> tuple[EntryState | None, Shown]:
    """Take an entry off its list; None if it is gone already. Raises NotFound for the list."""
    within = access.change(session, who, shopping_lists.household_of(session, who, list_id))
    entry = _entry(session, who, within, list_id, entry_id)
    if entry is not None:
        shopping_entries.remove(session, who, within.household_id, list_id, entry_id)
    return entry, show(session, who, within.household_id, list_id)


def clear(session: Session, who: Actor, list_id: UUID) -> tuple[int, Shown]:
    """Take off what was bought, and return how many entries that was. Raises NotFound."""
    household_id = shopping_lists.household_of(session, who, list_id)
    access.change(session, who, household_id)
    number = shopping_entries.clear(session, who, household_id, list_id)
    return number, show(session, who, household_id, list_id)


def drop(session: Session, who: Actor, list_id: UUID) -> ListState:
    """Delete a list. Raises NotFound."""
    household_id = shopping_lists.household_of(session, who, list_id)
    return shopping_lists.remove(session, who, household_id, list_id)
