"""The backlog: how long messages that could be sent have been waiting."""

from datetime import timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core import clock
from core.db import table
from core.delivery import batch
from core.delivery.destinations import ROUTES
from core.models import ChannelName, Message, MessageState

messages = table(Message)


def oldest_due(session: Session) -> dict[ChannelName, timedelta]:
    """Return the age of the oldest due delivery of each channel that has one.

    The age counts from when it could first have been sent. A chat that is suspended, or that waits because
    Telegram asked for it or after a failure, has nothing due.
    """
    now, oldest = clock.utcnow(), {}
    for channel, route in ROUTES.items():
        place = route.table.c
        free = (place.suspended_reason.is_(None), place.next_send_at <= now)
        moments = []
        for destination, since, waiting in (
            (route.of_delivery, batch.deliveries.c.due_at, batch.pending(now)),
            (route.of_message, messages.c.created_at, (messages.c.state == MessageState.SENDING,)),
        ):
            sendable = case((since > place.next_send_at, since), else_=place.next_send_at)
            query = select(func.min(sendable)).join(route.table, place.id == destination)
            moments.append(session.execute(query.where(*waiting, *free)).scalar())
        if found := [moment for moment in moments if moment is not None]:
            oldest[channel] = max(now - min(found), timedelta())
    return oldest
