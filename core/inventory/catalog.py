"""Looking up items: lists, and one item with its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from core import pages
from core.actors import Actor
from core.db import columns, fetch_all, table
from core.guards import access
from core.guards.access import Access
from core.inventory import stock
from core.inventory.statistics import expires, expiring_soon, is_low
from core.models import Item, Member, StockMovement, User
from core.pages import Page
from core.text import contains_pattern
from core.values.items import ExpirationStatus, ItemState, expiration_status

items = table(Item)
movements = table(StockMovement)
users = table(User)
members = table(Member)

SORTS: dict[str, ColumnElement[object]] = {
    "expires": expires,
    "name": items.c.name_key,
    "category": items.c.category,
    "created_at": items.c.created_at,
    "location": items.c.location,
}
_counts = (
    select(items.c.location, expires.label("expires"), func.count().label("number"))
    .where(items.c.household_id == bindparam("household"))
    .group_by(items.c.location, expires)
)


@dataclass(frozen=True)
class ItemQuery:
    """Which items, in which order. `sort` is a key of SORTS; pages count from 1."""

    location: str | None = None
    category: str | None = None
    status: ExpirationStatus | None = None
    search: str | None = None
    sort: str = "created_at"
    descending: bool = False
    page: int = 1
    page_size: int = 50


@dataclass(frozen=True)
class Summary:
    """Counts over the whole household."""

    total: int
    by_location: dict[str, int]
    by_status: dict[ExpirationStatus, int]


@dataclass(frozen=True)
class ItemPage(Page[ItemState]):
    summary: Summary


@dataclass(frozen=True)
class HistoryEntry:
    """A movement; `user_name` is None when the account is gone."""

    id: UUID
    kind: str
    at: datetime
    user_name: str | None
    delta: int
    notes: str | None


@dataclass(frozen=True)
class ItemDetails:
    item: ItemState
    created_by_name: str | None
    history: Sequence[HistoryEntry]


def page(session: Session, who: Actor, household_id: UUID, query: ItemQuery) -> ItemPage:
    """Return a page of the items that match a query, with counts over the whole household."""
    within = access.look(session, who, household_id)
    wanted = [items.c.household_id == household_id, *_conditions(query, within)]
    total = session.execute(select(func.count()).select_from(items).where(*wanted)).scalar_one()
    column = SORTS[query.sort]
    # Empty values come last in both directions, and the id makes the order total.
    order = (column.is_(None), column.desc() if query.descending else column, items.c.name_key, items.c.id)
    rows = session.execute(
        select(*items.c)
        .where(*wanted)
        .order_by(*order)
        .limit(query.page_size)
        .offset(pages.offset(query.page, query.page_size))
    )
    found = [ItemState.of(row, within.today) for row in rows]
    return ItemPage(found, total, query.page, query.page_size, _summarise(session, within))


def _conditions(query: ItemQuery, within: Access) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if query.location is not None:
        wanted.append(items.c.location == query.location)
    if query.category is not None:
        wanted.append(items.c.category == query.category)
    if query.status is not None:
        wanted.append(_has_status(query.status, within))
    if query.search is not None:
        wanted.append(items.c.name_key.like(contains_pattern(query.search), escape="\\"))
    return wanted


def _has_status(status: ExpirationStatus, within: Access) -> ColumnElement[bool]:
    soon = expiring_soon(within.today)
    if status is ExpirationStatus.NO_EXPIRY:
        return expires.is_(None)
    if status is ExpirationStatus.EXPIRED:
        return expires < within.today
    return soon if status is ExpirationStatus.EXPIRING_SOON else (expires > within.today) & ~soon


def _summarise(session: Session, within: Access) -> Summary:
    rows, today = session.execute(_counts, {"household": within.household_id}), within.today
    by_location: dict[str, int] = {}
    by_status = dict.fromkeys(ExpirationStatus, 0)
    for row in rows:
        by_location[row.location] = by_location.get(row.location, 0) + row.number
        by_status[expiration_status((row.expires - today).days if row.expires else None)] += row.number
    return Summary(sum(by_location.values()), by_location, by_status)


def expiring(session: Session, who: Actor, household_id: UUID, days: int) -> list[ItemState]:
    """Return what has expired or expires within `days`, soonest first."""
    within = access.look(session, who, household_id)
    due = or_(expires < within.today, expiring_soon(within.today, days))
    return _all(session, within, _of(household_id).where(due).order_by(expires, items.c.name_key, items.c.id))


def low(session: Session, who: Actor, household_id: UUID) -> list[ItemState]:
    """Return what is out of stock or below its minimum, by name."""
    within = access.look(session, who, household_id)
    wanted = or_(items.c.quantity == 0, is_low)
    return _all(
        session, within, _of(household_id).where(wanted).order_by(items.c.quantity > 0, items.c.name_key)
    )


def everything(session: Session, who: Actor, household_id: UUID) -> list[ItemState]:
    """Return all items by location and name."""
    within = access.look(session, who, household_id)
    return _all(session, within, _of(household_id).order_by(items.c.location, items.c.name_key, items.c.id))


def units(session: Session, who: Actor, household_id: UUID) -> list[str]:
    """Return the units that items have. Raises NotAllowed."""
    access.look(session, who, household_id)
    used = select(items.c.unit).where(items.c.household_id == household_id).distinct()
    return list(session.execute(used.order_by(items.c.unit)).scalars())


def details(session: Session, who: Actor, household_id: UUID, item_id: UUID) -> ItemDetails:
    """Return an item with its creator and its history, newest first. Raises NotFound, NotAllowed."""
    within = access.look(session, who, household_id)
    item = stock.find(session, within, item_id)
    notes = func.coalesce(func.nullif(movements.c.notes, ""), movements.c.reason)
    others = {"at": movements.c.created_at, "user_name": users.c.display_name, "notes": notes}
    history = (
        select(*columns(HistoryEntry, movements, **others))
        .outerjoin(users, users.c.id == movements.c.user_id)
        .where(movements.c.item_id == item_id, movements.c.household_id == household_id)
        .order_by(movements.c.item_version.desc())
    )
    maker = session.execute(select(users.c.display_name).where(users.c.id == item.created_by)).scalar()
    return ItemDetails(item, maker, fetch_all(session, history, HistoryEntry))


def household_of(session: Session, who: Actor, item_id: UUID) -> UUID:
    """Return an item's household. Raises NotFound for anybody but its members."""
    gone = "This item is no longer there. It may have been removed."
    return access.household_of(session, who, items, item_id, gone)


def _of(household_id: UUID) -> Select[*tuple[object, ...]]:
    return select(*items.c).where(items.c.household_id == household_id)


def _all(session: Session, within: Access, query: Select[*tuple[object, ...]]) -> list[ItemState]:
    return [ItemState.of(row, within.today) for row in session.execute(query)]
