"""The real household by core's functions, each in a transaction of its own."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import Database
from core.errors import DomainError
from core.households import households
from core.inventory import catalog, movements, stock
from core.inventory.catalog import ItemQuery
from core.inventory.changes import Change
from core.shopping import shopping_entries
from tests.probes.household.acts import Act, Done, Refused, Verb
from tests.probes.household.seen import Place, Seen, SeenItem, SeenMove

ALL = 10_000


class ByCore:
    def __init__(self, database: Database, place: Place) -> None:
        self._database = database
        self._place = place

    def do(self, act: Act) -> Done:
        who, home = self._place.actor(act.who), self._place.home
        try:
            if act.verb in _CHANGES:
                change = self._database.write_now(_CHANGES[act.verb], who, home, act)
                return Done(change.item.quantity, change.item.version, change.item.id)
            return self._database.write_now(_OTHERS[act.verb], who, self._place, act)
        except DomainError as error:
            raise Refused(type(error)) from error

    def see(self) -> Seen:
        return self._database.write_now(_see, self._place.actor("bob"), self._place.home)


def _add(session: Session, who: Actor, home: UUID, act: Act) -> Change:
    columns = {"name": "Milk", "quantity": 0, "unit": "l", "location": act.place, **act.columns}
    return stock.add(session, who, home, {**columns, "expiration_date": act.expires})


_CHANGES: Mapping[Verb, Callable[[Session, Actor, UUID, Act], Change]] = {
    Verb.ADD: _add,
    Verb.PATCH: lambda s, who, home, act: stock.patch(s, who, home, act.item, act.version, act.columns),
    Verb.CONSUME: lambda s, who, home, act: stock.consume(s, who, home, act.item, act.amount),
    Verb.WASTE: lambda s, who, home, act: stock.waste(s, who, home, act.item, act.amount, "Sour"),
    Verb.RESTOCK: lambda s, who, home, act: stock.restock(s, who, home, act.item, act.amount),
    Verb.MOVE: lambda s, who, home, act: stock.move(s, who, home, act.item, act.place),
    Verb.UNDO: lambda s, who, home, act: stock.undo(s, who, home, act.movement),
}


def _remove(session: Session, who: Actor, place: Place, act: Act) -> Done:
    stock.remove(session, who, place.home, act.item)
    return Done()


def _buy(session: Session, who: Actor, place: Place, act: Act) -> Done:
    entry: dict[str, Any] = {"name": "Milk", "quantity": act.amount, "item_id": act.item}
    return Done(made=shopping_entries.add(session, who, place.home, place.list_id, entry).id)


def _tick(session: Session, who: Actor, place: Place, act: Act) -> Done:
    ids = (place.home, place.list_id, act.entry)
    shopping_entries.change(session, who, *ids, {}, completed=act.bought, restock=act.bought)
    return Done()


_OTHERS: Mapping[Verb, Callable[[Session, Actor, Place, Act], Done]] = {
    Verb.REMOVE: _remove,
    Verb.BUY: _buy,
    Verb.TICK: _tick,
}


def _see(session: Session, who: Actor, home: UUID) -> Seen:
    page = catalog.page(session, who, home, ItemQuery(page_size=ALL))
    moves = movements.of_household(session, who, home, 1, ALL).rows
    figures = households.details(session, who, home)
    return Seen(
        items={
            SeenItem(item.id, item.version, item.quantity, item.unit, item.location, item.min_quantity)
            for item in page.rows
        },
        moves=[
            SeenMove(
                id=move.id,
                item=move.item_id,
                kind=move.kind,
                delta=move.delta,
                after=move.quantity_after,
                unit=move.unit,
                location=move.location,
                came_from=move.previous_location,
                undoes=move.undoes,
                undone=move.undone,
            )
            for move in reversed(moves)
        ],
        statuses={status: number for status, number in page.summary.by_status.items() if number},
        total=figures.counts.total,
        low=figures.counts.low,
        consumed=figures.month.consumed,
        wasted=figures.month.wasted,
    )
