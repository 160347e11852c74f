"""What a replay is made from: a fixed number of statements, each with a limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor, Face
from core.db import can_mail, table
from core.events import streams
from core.inventory.statistics import expires, is_low
from core.models import ChannelName, Delivery, Item, Notification, ShoppingList, ShoppingListItem, StreamEntry
from core.notifications.announcing import TOPICS
from core.preferences import recipients
from core.preferences.recipients import Recipient
from core.settings.preview import news
from core.settings.preview.news import Happening
from core.wording.reasons import Reason

_entries, _items = table(StreamEntry), table(Item)
_deliveries, _notifications = table(Delivery), table(Notification)
_lists, _to_buy = table(ShoppingList), table(ShoppingListItem)

DAYS = 7
MOST_HOUSEHOLDS = 100
MOST_EVENTS = 2_000
MOST_ITEMS = 2_000
MOST_TO_BUY = 2_000
# Nobody is warned of what expires later.
FARTHEST_DAYS = 31
_FACES = {ChannelName.TELEGRAM: Face.TELEGRAM, ChannelName.IN_APP: Face.WEB}


@dataclass(frozen=True)
class Material:
    """A week of one person's households, and how the person can be reached."""

    begins: datetime
    ends: datetime
    mailing: bool
    homes: Mapping[UUID, Recipient]
    news: Sequence[Happening]
    """What happened, the oldest first."""
    items: Sequence[Any]
    """Rows of what expires or is low."""
    to_buy: Sequence[Any]
    """Rows of the entries of shopping lists that were open in these days."""
    truncated: bool


def load(session: Session, who: Actor) -> Material:
    """Read the last seven days of a person's households."""
    ends = clock.utcnow()
    begins = ends - timedelta(days=DAYS)
    homes = recipients.of_person(session, who.user_id)
    by_id = {to.household_id: to for to in homes[:MOST_HOUSEHOLDS]}
    ids = list(by_id)
    happened, more_events = _events(session, ids, begins)
    items, more_items = _limited(session, _scarce_or_expiring(ids, ends), MOST_ITEMS)
    to_buy, more_to_buy = _limited(session, _open_entries(ids, begins), MOST_TO_BUY)
    return Material(
        begins=begins,
        ends=ends,
        mailing=can_mail(session),
        homes=by_id,
        news=news.gather(happened, by_id, _faces(session, who, begins)),
        items=items,
        to_buy=to_buy,
        truncated=more_events or more_items or more_to_buy or len(homes) > MOST_HOUSEHOLDS,
    )


def _limited(session: Session, query: Any, most: int) -> tuple[Sequence[Any], bool]:
    """Return at most `most` rows, and whether there are more."""
    rows = session.execute(query.limit(most + 1)).all()
    return rows[:most], len(rows) > most


def _events(session: Session, ids: Sequence[UUID], begins: datetime) -> tuple[list[events.Event], bool]:
    """Return the newest events, the oldest first, and whether there were more."""
    names = [streams.of_household(household_id) for household_id in ids]
    query = (
        select(_entries.c.type, _entries.c.payload)
        .where(
            _entries.c.stream_id.in_(names),
            _entries.c.created_at >= begins,
            _entries.c.type.in_([kind.__name__ for kind in TOPICS]),
        )
        .order_by(_entries.c.created_at.desc(), _entries.c.stream_id, _entries.c.seq.desc())
    )
    rows, more = _limited(session, query, MOST_EVENTS)
    return [events.load(row.type, row.payload) for row in reversed(rows)], more


def _faces(session: Session, who: Actor, begins: datetime) -> dict[datetime, Face]:
    """Return by moment where the person acted, if the answer there replaced a message."""
    rows = session.execute(
        select(_deliveries.c.channel, _notifications.c.payload)
        .join(_notifications, _notifications.c.id == _deliveries.c.notification_id)
        .where(
            _deliveries.c.user_id == who.user_id,
            _deliveries.c.reason == Reason.ANSWERED,
            _deliveries.c.created_at >= begins,
        )
        .order_by(_deliveries.c.id.desc())
        .limit(MOST_EVENTS)
    )
    return {datetime.fromisoformat(row.payload["at"]): _FACES[ChannelName(row.channel)] for row in rows}


def _scarce_or_expiring(ids: Sequence[UUID], ends: datetime) -> Any:
    scarce = or_(is_low, _items.c.quantity == 0)
    soon = expires <= (ends + timedelta(days=FARTHEST_DAYS)).date()
    columns = (_items.c.id, _items.c.household_id, _items.c.name, _items.c.quantity, _items.c.unit)
    return (
        select(
            *columns, _items.c.location, _items.c.created_at, expires.label("expires"), scarce.label("scarce")
        )
        .where(_items.c.household_id.in_(ids), or_(scarce, soon))
        .order_by(expires.desc(), _items.c.id)
    )


def _open_entries(ids: Sequence[UUID], begins: datetime) -> Any:
    open_meanwhile = or_(_to_buy.c.completed_at.is_(None), _to_buy.c.completed_at > begins)
    return (
        select(
            _lists.c.household_id,
            _lists.c.id.label("list_id"),
            _lists.c.name.label("list_name"),
            _to_buy.c.name,
            _to_buy.c.added_at,
            _to_buy.c.completed_at,
        )
        .join(_lists, _lists.c.id == _to_buy.c.list_id)
        .where(_lists.c.household_id.in_(ids), open_meanwhile)
        .order_by(_to_buy.c.added_at.desc(), _to_buy.c.id)
    )
