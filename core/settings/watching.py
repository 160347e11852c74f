"""Watching: following or muting an item, a category or a location, and one's own minimums."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, cast, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.db import fetch_all, finds, table, upsert
from core.errors import Invalid, NotFound
from core.events import streams
from core.guards import access
from core.models import Delivery, DeliveryState, Item, Scope, Watch
from core.pruning import CHUNK
from core.settings import preferences
from core.text import clean, fold
from core.values.items import LONGEST_CATEGORY, LONGEST_LOCATION

watches, _items, _deliveries = table(Watch), table(Item), table(Delivery)

_COLUMNS = ("level", "until", "snoozed_until", "min_quantity")
LONGEST_TARGET = max(LONGEST_CATEGORY, LONGEST_LOCATION)
# Households have a few dozen categories and places; more would be abuse.
MOST = 500
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class WatchState:
    """One watch of a person. `target` is an item's id or a folded name, `label` what people call it."""

    id: UUID
    household_id: UUID
    scope: str
    target: str
    label: str
    level: str | None
    until: datetime | None
    min_quantity: int | None
    snoozed_until: datetime | None = None


# The label of an item is its id until the name is looked up.
_SHOWN = [watches.c["target" if name == "label" else name] for name in WatchState.__annotations__]


def mine(session: Session, who: Actor, household_id: UUID) -> list[WatchState]:
    """Return what a person watches in a household, by name, without what has ended. Raises NotAllowed."""
    access.look(session, who, household_id)
    theirs = (watches.c.user_id == who.user_id, watches.c.household_id == household_id)
    kept = fetch_all(session, select(*_SHOWN).where(*theirs), WatchState)
    ids = [UUID(one.target) for one in kept if one.scope == Scope.ITEM]
    names = {
        str(row.id): row.name
        for row in session.execute(select(_items.c.id, _items.c.name).where(_items.c.id.in_(ids)))
    }
    found = [_by_now(one, names) for one in kept if one.scope != Scope.ITEM or one.target in names]
    live = [one for one in found if (one.level, one.snoozed_until, one.min_quantity) != (None, None, None)]
    return sorted(live, key=lambda one: (one.label.casefold(), one.scope))


def _by_now(one: WatchState, names: Mapping[str, str]) -> WatchState:
    """Return a watch with its label, without what has ended."""
    now, label = clock.utcnow(), names[one.target] if one.scope == Scope.ITEM else one.target
    if one.until is not None and one.until <= now:
        one = replace(one, level=None, until=None)
    snoozed = one.snoozed_until is not None and one.snoozed_until > now
    return replace(one, label=label, snoozed_until=one.snoozed_until if snoozed else None)


def put(
    session: Session, who: Actor, household_id: UUID, scope: Scope, target: str, values: Mapping[str, object]
) -> WatchState | None:
    """Set those of `level`, `until` and `min_quantity` that are given. A new level ends a snooze.

    `target` is an item's id or a name. Return the watch, or None when nothing is left of it. Raises Invalid,
    NotFound for an unknown item, NotAllowed.
    """
    within = access.stay(session, who, household_id)
    key, label = _target(session, within.household_id, scope, target)
    if values.get("min_quantity") is not None and scope is not Scope.ITEM:
        raise Invalid("Only an item can have a minimum of your own.", "minQuantity")
    until = values.get("until")
    if isinstance(until, datetime) and until <= clock.utcnow():
        raise Invalid("until must be in the future.", "until")
    if isinstance(until, datetime) and until > clock.utcnow() + LONGEST:
        raise Invalid("until must be within the next year; leave it out to watch for good.", "until")
    streams.lock(session, streams.of_user(who.user_id))
    mine = (
        watches.c.user_id == who.user_id,
        watches.c.household_id == household_id,
        watches.c.scope == scope,
        watches.c.target == key,
    )
    before = session.execute(select(*watches.c).where(*mine)).first()
    if before is None and _count(session, who) >= MOST:
        raise Invalid(f"You watch {MOST} things already. Stop watching one of them first.")
    kept = {name: getattr(before, name) if before else None for name in _COLUMNS}
    after = {**kept, **({"snoozed_until": None} if "level" in values else {}), **values}
    if after["level"] is None:
        after["until"] = None
    if (after["level"], after["snoozed_until"], after["min_quantity"]) == (None, None, None):
        session.execute(delete(watches).where(*mine))
        row = None
    else:
        place = {"user_id": who.user_id, "household_id": household_id, "scope": scope, "target": key}
        row = session.execute(
            upsert(session, watches)
            .values(**place, **after)
            .on_conflict_do_update(index_elements=list(place), set_=after)
            .returning(*_SHOWN)
        ).one()
    # Following something includes warnings that it expires.
    preferences.carry_out(session, who)
    return _by_now(WatchState(*row), {key: label}) if row is not None else None


def remove(session: Session, who: Actor, household_id: UUID, watch_id: UUID) -> None:
    """Stop watching something. Raises NotFound, NotAllowed."""
    access.look(session, who, household_id)
    streams.lock(session, streams.of_user(who.user_id))
    mine = (watches.c.user_id == who.user_id, watches.c.household_id == household_id)
    if not finds(session, delete(watches).where(watches.c.id == watch_id, *mine).returning(watches.c.id)):
        raise NotFound("You are not watching this. You may have stopped already.")
    preferences.carry_out(session, who)


def snooze(session: Session, who: Actor, household_id: UUID, item_id: UUID, until: datetime | None) -> None:
    """Hear nothing about an item until a moment; None ends a snooze. Raises NotFound, NotAllowed."""
    put(session, who, household_id, Scope.ITEM, str(item_id), {"snoozed_until": until})


def prune(session: Session) -> int:
    """Delete up to CHUNK watches that have ended or whose item is gone, and return how many.

    People who watched an item are told of its removal first.
    """
    untold = exists().where(
        _deliveries.c.user_id == watches.c.user_id,
        _deliveries.c.item_id == _item_id(),
        _deliveries.c.state == DeliveryState.PENDING,
    )
    found = (
        select(watches.c.id)
        .where(or_(_over(), _of_gone_item() & ~untold))
        .limit(CHUNK)
        .with_for_update(skip_locked=True, of=watches)
        .correlate(None)
    )
    gone = delete(watches).where(watches.c.id.in_(found)).returning(watches.c.id)
    return len(session.execute(gone).all())


def _count(session: Session, who: Actor) -> int:
    """Return how many things somebody watches, without what is about to be deleted."""
    mine = select(func.count()).where(watches.c.user_id == who.user_id, ~_over(), ~_of_gone_item())
    count: int = session.execute(mine.select_from(watches)).scalar_one()
    return count


def _over() -> ColumnElement[bool]:
    now = clock.utcnow()
    return (
        watches.c.min_quantity.is_(None)
        & (watches.c.level.is_(None) | func.coalesce(watches.c.until <= now, False))
        & (watches.c.snoozed_until.is_(None) | (watches.c.snoozed_until <= now))
    )


def _of_gone_item() -> ColumnElement[bool]:
    return (watches.c.scope == Scope.ITEM) & ~exists().where(_items.c.id == _item_id())


def _item_id() -> ColumnElement[UUID]:
    """Return the id of a watched item in the type of the items' ids, and NULL for other scopes."""
    # SQLite stores ids without dashes, and PostgreSQL reads them like that, too.
    bare = cast(func.replace(watches.c.target, "-", ""), _items.c.id.type)
    return case((watches.c.scope == Scope.ITEM, bare))


def _target(session: Session, household_id: UUID, scope: Scope, target: str) -> tuple[str, str]:
    """Return the target as it is stored, and its label."""
    if scope is not Scope.ITEM:
        key = fold(clean(target, "target", LONGEST_TARGET))
        return key, key
    try:
        item_id = UUID(target)
    except ValueError:
        raise Invalid("target must be the id of an item.", "target") from None
    here = select(_items.c.name).where(_items.c.id == item_id, _items.c.household_id == household_id)
    name: str | None = session.execute(here).scalar()
    if name is None:
        raise NotFound("There is no such item in this household. It may have been removed.")
    return str(item_id), name
