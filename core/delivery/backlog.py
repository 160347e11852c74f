"""The backlog: how long something has been waiting to be sent although nothing stands in its way."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, ColumnElement, case, func, select
from sqlalchemy.orm import Session

from core import clock
from core.db import table
from core.delivery.destinations import ROUTES, Route
from core.models import ChannelName, Delivery, DeliveryState, Message, MessageState

deliveries, messages = table(Delivery), table(Message)


def oldest_due(session: Session) -> dict[ChannelName, timedelta]:
    """Return the age of each channel's oldest due delivery; nothing for one where nothing waits.

    It counts from the moment when the delivery might have been sent: a chat that is suspended, or that waits
    because Telegram asked for it or after a failure, is not due.
    """
    now, pending = clock.utcnow(), deliveries.c.state == DeliveryState.PENDING
    oldest = {}
    for channel, route in ROUTES.items():
        kinds = [
            (route.of_delivery, deliveries.c.due_at, (pending, deliveries.c.due_at <= now)),
            (route.of_message, messages.c.created_at, (messages.c.state == MessageState.SENDING,)),
        ]
        moments = [_oldest(session, route, now, *kind) for kind in kinds]
        waiting = [moment for moment in moments if moment is not None]
        if waiting:
            oldest[channel] = max(now - min(waiting), timedelta())
    return oldest


def _oldest(
    session: Session,
    route: Route,
    now: datetime,
    goes_to: ColumnElement[UUID],
    since: Column[datetime],
    waits: Sequence[ColumnElement[bool]],
) -> datetime | None:
    """Return since when something has waited for a destination that could be sent to."""
    place = route.table.c
    query = (
        select(func.min(_later(since, place.next_send_at)))
        .join(route.table, place.id == goes_to)
        .where(*waits, place.suspended_reason.is_(None), place.next_send_at <= now)
    )
    return session.execute(query).scalar()


def _later(one: Column[datetime], other: Column[datetime]) -> ColumnElement[datetime]:
    return case((one > other, one), else_=other)
