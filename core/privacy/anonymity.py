"""Anonymity: the name of a deleted account is removed from what others keep."""

import re
from collections.abc import Collection, Sequence
from html import escape
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, or_, select, union, update
from sqlalchemy.orm import Session

from core import events
from core.db import batches, table
from core.events import streams
from core.models import (
    Delivery,
    Message,
    MessageState,
    Notification,
    ShoppingList,
    ShoppingListItem,
    StockMovement,
    StreamEntry,
)

T = TypeVar("T")

notifications, entries, messages = table(Notification), table(StreamEntry), table(Message)
_deliveries, _movements = table(Delivery), table(StockMovement)
_lists, _to_buy = table(ShoppingList), table(ShoppingListItem)

FORMER = "Former member"
# The key of a person's id in events, and the keys of their name.
NAMED = {
    "user_id": ("user_name", "chat_name"),
    "removed_by_id": ("removed_by",),
    "changed_by_id": ("changed_by",),
    "added_by_id": ("added_by",),
    "completed_by_id": ("completed_by",),
}
# Events that people are told about households that they are not in.
_OF_NO_HOUSEHOLD = [kind.__name__ for kind in (events.MemberLeft, events.HouseholdDeleted, events.JoinAsked)]


def households_of(session: Session, user_id: UUID) -> set[UUID]:
    """Return the households that may hold a person's name, including those that they left."""
    found = union(
        select(_movements.c.household_id).where(_movements.c.user_id == user_id),
        select(_lists.c.household_id).where(_lists.c.created_by == user_id),
        select(_lists.c.household_id)
        .join(_to_buy, _to_buy.c.list_id == _lists.c.id)
        .where(or_(_to_buy.c.added_by == user_id, _to_buy.c.completed_by == user_id)),
        select(notifications.c.household_id).where(
            notifications.c.user_id == user_id, notifications.c.household_id.is_not(None)
        ),
    )
    left = select(entries.c.payload["household_id"].as_string()).where(
        entries.c.stream_id == streams.of_user(user_id), entries.c.type == events.MemberLeft.__name__
    )
    return {*session.execute(found).scalars(), *map(UUID, session.execute(left).scalars())}


def forget_name(session: Session, user_id: UUID, household_ids: Collection[UUID]) -> Sequence[UUID]:
    """Remove a person's name from streams and from others' notifications, and return the latter's ids."""
    told: dict[UUID, UUID] = {}
    ids = sorted(household_ids, key=str)
    for some in batches(ids):
        told |= _forget_in_notifications(session, user_id, notifications.c.household_id.in_(some))
    elsewhere = notifications.c.household_id.is_(None) & notifications.c.event.in_(_OF_NO_HOUSEHOLD)
    told |= _forget_in_notifications(session, user_id, elsewhere)
    # The streams of the notified people contain it, too.
    people = sorted(set(told.values()), key=str)
    for names in batches([*map(streams.of_household, ids), *map(streams.of_user, people)]):
        _forget_in_streams(session, user_id, names)
    return list(told)


def forget_messages(session: Session, user_id: UUID, name: str, notification_ids: Sequence[UUID]) -> None:
    """Empty the messages to a person and those of some notifications; if under way, only remove the name."""
    _forget_in_messages(session, name, _deliveries.c.user_id == user_id)
    for ids in batches(notification_ids):
        _forget_in_messages(session, name, _deliveries.c.notification_id.in_(ids))


def _forget_in_notifications(
    session: Session, user_id: UUID, of_households: ColumnElement[bool]
) -> dict[UUID, UUID]:
    """Return the ids of the notifications with the name, and whose they are."""
    said = cast(notifications.c.payload, String).contains(str(user_id))
    # Locked, so that a concurrent deletion does not write back the name that it has read.
    found = (
        select(notifications.c.id, notifications.c.user_id, notifications.c.payload)
        .where(of_households, notifications.c.user_id != user_id, said)
        .order_by(notifications.c.id)
        .with_for_update()
    )
    rows = session.execute(found).all()
    for row in rows:
        session.execute(
            update(notifications)
            .where(notifications.c.id == row.id)
            .values(payload=_without_name(row.payload, str(user_id)))
        )
    return {row.id: row.user_id for row in rows}


def _forget_in_streams(session: Session, user_id: UUID, names: Sequence[str]) -> None:
    said = cast(entries.c.payload, String).contains(str(user_id))
    found = (
        select(entries.c.stream_id, entries.c.seq, entries.c.payload)
        .where(entries.c.stream_id.in_(names), said)
        .order_by(entries.c.stream_id, entries.c.seq)
        .with_for_update()
    )
    for row in session.execute(found).all():
        session.execute(
            update(entries)
            .where(entries.c.stream_id == row.stream_id, entries.c.seq == row.seq)
            .values(payload=_without_name(row.payload, str(user_id)))
        )


def _forget_in_messages(session: Session, name: str, told: ColumnElement[bool]) -> None:
    of_them = messages.c.id.in_(select(_deliveries.c.message_id).where(told))
    on_its_way = messages.c.state == MessageState.SENDING
    session.execute(update(messages).where(of_them, ~on_its_way).values(text="", subject=None, html=None))
    texts = (messages.c.text, messages.c.subject, messages.c.html)
    for row in session.execute(select(messages.c.id, *texts).where(of_them, on_its_way)).all():
        without = {text.name: _replaced(getattr(row, text.name), name) for text in texts}
        session.execute(update(messages).where(messages.c.id == row.id).values(without))


def _replaced(text: str | None, name: str) -> str | None:
    written = "|".join(re.escape(one) for one in (name, escape(name, quote=False), escape(name)))
    return text if text is None else re.sub(rf"(?<!\w)({written})(?!\w)", FORMER, text)


def _without_name(payload: object, user_id: str) -> object:
    """Return a payload without the names beside a person's id."""
    if isinstance(payload, list):
        return [_without_name(value, user_id) for value in payload]
    if not isinstance(payload, dict):
        return payload
    theirs = {name for key, names in NAMED.items() if payload.get(key) == user_id for name in names}
    return {
        name: FORMER if name in theirs else _without_name(value, user_id) for name, value in payload.items()
    }
