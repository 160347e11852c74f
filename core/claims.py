"""Claiming: whoever raises a chat's fence may send there, and freezes what is due into one Message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.channels import Channel, Composed, Line, Outgoing
from core.db import table
from core.models import (
    Chat,
    Delivery,
    DeliveryState,
    Household,
    Member,
    Message,
    MessageState,
    Notification,
    Preference,
    Topic,
)

chats, deliveries, messages = table(Chat), table(Delivery), table(Message)
_notifications, _preferences = table(Notification), table(Preference)
_members, _households = table(Member), table(Household)

# A message that tells more than this is no message any more; the rest goes into the next one.
MOST_LINES = 50


def _due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a chat may be sent to now and has something to be told."""
    free = and_(chats.c.next_send_at <= now, or_(chats.c.leased_until.is_(None), chats.c.leased_until <= now))
    pending = exists().where(
        deliveries.c.chat_id == chats.c.id,
        deliveries.c.state == DeliveryState.PENDING,
        deliveries.c.due_at <= now,
    )
    unfinished = exists().where(messages.c.chat_id == chats.c.id, messages.c.state == MessageState.SENDING)
    return and_(free, or_(pending, unfinished))


def anything_due(session: Session) -> bool:
    """Say whether there is a chat to claim: a cheap look that takes no lock."""
    return session.execute(select(chats.c.id).where(_due(clock.utcnow())).limit(1)).first() is not None


def claim(session: Session, channel: Channel, lease: timedelta, limit: int) -> list[Outgoing]:
    """Claim up to `limit` chats for the time of a lease, and return the message to send to each."""
    now = clock.utcnow()
    first = (
        select(chats.c.id)
        .where(_due(now))
        .order_by(chats.c.next_send_at, chats.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = session.execute(
        update(chats)
        .where(chats.c.id.in_(first), _due(now))
        .values(fence=chats.c.fence + 1, leased_until=now + lease)
        .returning(*chats.c)
    ).all()
    outgoing = [
        message for chat in claimed if (message := _resume(session, chat) or _freeze(session, channel, chat))
    ]
    idle = {chat.id for chat in claimed} - {message.chat_id for message in outgoing}
    if idle:
        session.execute(update(chats).where(chats.c.id.in_(idle)).values(leased_until=None))
    return outgoing


def _resume(session: Session, chat: Any) -> Outgoing | None:
    """Return the message that was frozen for the chat but not settled: a retry sends it unchanged.

    Unless the chat may no longer be told of something in it, or what it was about was deleted; then the
    rest is frozen anew.
    """
    row = session.execute(
        select(*messages.c).where(messages.c.chat_id == chat.id, messages.c.state == MessageState.SENDING)
    ).first()
    if row is None:
        return None
    told = session.execute(_facts().where(deliveries.c.message_id == row.id)).all()
    refused = {fact.id: reason for fact in told if (reason := _not_entitled(fact, chat))}
    if told and not refused:
        return Outgoing(row.id, chat.id, chat.telegram_id, row.text, row.buttons, chat.fence, row.attempts)
    _withdraw(session, row.id, refused)
    return None


def _withdraw(session: Session, message_id: UUID, refused: Mapping[int, str]) -> None:
    now = clock.utcnow()
    session.execute(
        update(messages)
        .where(messages.c.id == message_id)
        .values(state=MessageState.FAILED, last_error="withdrawn", settled_at=now)
    )
    for delivery_id, reason in refused.items():
        session.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id)
            .values(state=DeliveryState.FAILED, reason=reason, settled_at=now)
        )
    session.execute(
        update(deliveries)
        .where(deliveries.c.message_id == message_id, deliveries.c.state == DeliveryState.SENDING)
        .values(state=DeliveryState.PENDING, message_id=None)
    )


def _freeze(session: Session, channel: Channel, chat: Any) -> Outgoing | None:
    candidates = _candidates(session, channel, chat)
    refused = [candidate for candidate in candidates if candidate.refusal]
    for candidate in refused:
        _skip(session, candidate)
    wanted = [candidate for candidate in candidates if not candidate.refusal]
    if not wanted:
        return None
    composed = channel.compose([candidate.line for candidate in wanted])
    message_id = _write(session, chat.id, composed, [candidate.id for candidate in wanted[: composed.used]])
    buttons = [[list(button) for button in row] for row in composed.buttons]
    return Outgoing(message_id, chat.id, chat.telegram_id, composed.text, buttons, chat.fence, 0)


@dataclass(frozen=True)
class _Candidate:
    """A pending delivery; `refusal` says why its person may not be told any more."""

    id: int
    line: Line
    refusal: str | None


def _candidates(session: Session, channel: Channel, chat: Any) -> list[_Candidate]:
    rows = session.execute(
        _facts()
        .where(
            deliveries.c.chat_id == chat.id,
            deliveries.c.channel == channel.name,
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.due_at <= clock.utcnow(),
        )
        .order_by(deliveries.c.id)
        .limit(MOST_LINES)
    )
    return [_candidate(row, chat) for row in rows]


def _facts() -> Select[*tuple[Any, ...]]:
    """Return the query for deliveries with what decides whether their person may be told."""
    others = _members.alias("others")
    in_several = select(func.count() > 1).where(others.c.user_id == deliveries.c.user_id).scalar_subquery()
    return (
        select(
            deliveries.c.id,
            deliveries.c.user_id,
            _notifications.c.topic,
            _notifications.c.event,
            _notifications.c.payload,
            _notifications.c.household_id,
            _notifications.c.created_at,
            _preferences.c.topics,
            _preferences.c.telegram_enabled,
            _members.c.role,
            _households.c.name,
            in_several.label("several"),
        )
        .join(_notifications, _notifications.c.id == deliveries.c.notification_id)
        .join(_preferences, _preferences.c.user_id == deliveries.c.user_id)
        .outerjoin(_households, _households.c.id == _notifications.c.household_id)
        .outerjoin(
            _members,
            and_(
                _members.c.household_id == _notifications.c.household_id,
                _members.c.user_id == deliveries.c.user_id,
            ),
        )
    )


def _candidate(row: Any, chat: Any) -> _Candidate:
    line = Line(
        topic=row.topic,
        event=events.load(row.event, row.payload),
        household=row.name if row.several else None,
        created_at=row.created_at,
    )
    unreadable = "unreadable" if isinstance(line.event, events.Unreadable) else None
    return _Candidate(row.id, line, _not_entitled(row, chat) or _not_wanted(row, chat) or unreadable)


def _not_entitled(row: Any, chat: Any) -> str | None:
    """Say why the chat may not be told at all any more, if so: it holds for what is frozen, too."""
    if chat.user_id != row.user_id:
        return "not_linked"
    return "not_a_member" if row.household_id is not None and row.role is None else None


def _not_wanted(row: Any, chat: Any) -> str | None:
    """Say why the person would rather not be told any more, if so."""
    if chat.suspended_reason is not None:
        return "chat_suspended"
    if not row.telegram_enabled:
        return "channel_off"
    if row.topic != Topic.ACCOUNT and row.topic not in row.topics:
        return "topic_off"
    return None


def _skip(session: Session, candidate: _Candidate) -> None:
    session.execute(
        update(deliveries)
        .where(deliveries.c.id == candidate.id, deliveries.c.state == DeliveryState.PENDING)
        .values(state=DeliveryState.SKIPPED, reason=candidate.refusal, settled_at=clock.utcnow())
    )


def _write(session: Session, chat_id: UUID, composed: Composed, told: Sequence[int]) -> UUID:
    message_id = uuid4()
    session.execute(
        insert(messages).values(
            id=message_id,
            chat_id=chat_id,
            text=composed.text,
            buttons=[[list(button) for button in row] for row in composed.buttons],
            state=MessageState.SENDING,
            attempts=0,
            created_at=clock.utcnow(),
        )
    )
    session.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(told), deliveries.c.state == DeliveryState.PENDING)
        .values(state=DeliveryState.SENDING, message_id=message_id)
    )
    return message_id
