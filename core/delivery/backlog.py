"""The backlog: how long something has been waiting to be sent although nothing stands in its way."""

from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Table, case, func, select
from sqlalchemy.orm import Session

from core import clock
from core.db import table
from core.delivery.destinations import ROUTES
from core.models import ChannelName, Delivery, DeliveryState, Message, MessageState

deliveries, messages = table(Delivery), table(Message)


def oldest_due(session: Session) -> dict[ChannelName, timedelta]:
    """Return the age of each channel's oldest due delivery; nothing for one where nothing waits.

    It counts from the moment when the delivery might have been sent: a chat that is suspended, or that waits
    because Telegram asked for it or after a failure, is not due.
    """
    now = clock.utcnow()
    oldest = {}
    for channel, route in ROUTES.items():
        moments = [
            _pending_since(session, route.table, route.of_delivery, now),
            _frozen_since(session, route.table, route.of_message, now),
        ]
        waiting = [moment for moment in moments if moment is not None]
        if waiting:
            oldest[channel] = max(now - min(waiting), timedelta())
    return oldest


def _pending_since(
    session: Session, place: Table, goes_to: ColumnElement[object], now: datetime
) -> datetime | None:
    query = (
        select(func.min(_later(deliveries.c.due_at, place.c.next_send_at)))
        .join(place, place.c.id == goes_to)
        .where(deliveries.c.state == DeliveryState.PENDING, deliveries.c.due_at <= now, *_free(place, now))
    )
    return session.execute(query).scalar()


def _frozen_since(
    session: Session, place: Table, goes_to: ColumnElement[object], now: datetime
) -> datetime | None:
    query = (
        select(func.min(_later(messages.c.created_at, place.c.next_send_at)))
        .join(place, place.c.id == goes_to)
        .where(messages.c.state == MessageState.SENDING, *_free(place, now))
    )
    return session.execute(query).scalar()


def _free(place: Table, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (place.c.suspended_reason.is_(None), place.c.next_send_at <= now)


def _later(one: Column[datetime], other: Column[datetime]) -> ColumnElement[datetime]:
    return case((one > other, one), else_=other)
