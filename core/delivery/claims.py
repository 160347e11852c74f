"""Claiming: who raises a destination's fence may send there, and freezes what is due into one Message."""

import logging
import traceback
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import clock
from core.db import finds, see_one_moment, table
from core.delivery import batch, eligibility, suppression
from core.delivery.destinations import ROUTES, Destination, Route
from core.events.severity import Severity
from core.models import Delivery, DeliveryState, Message, MessageState
from core.wording.channels import Channel, Outgoing
from core.wording.charts import UsedAndWasted
from core.wording.outcomes import MOST_REPEATS, OLD_AFTER
from core.wording.reasons import Reason

deliveries, messages = table(Delivery), table(Message)
log = logging.getLogger(__name__)

# How long a destination waits when no message could be made for it.
SET_ASIDE = timedelta(minutes=5)
# The columns that an Outgoing has, too.
_FROZEN = ("id", "text", "buttons", "subject", "html", "attempts", "repeats", "plain")


def _due(route: Route, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a destination is free and has something to be sent."""
    place = route.table.c
    free = and_(place.next_send_at <= now, or_(place.leased_until.is_(None), place.leased_until <= now))
    pending = exists().where(route.of_delivery == place.id, *batch.pending(now))
    unfinished = exists().where(route.of_message == place.id, messages.c.state == MessageState.SENDING)
    return and_(free, or_(pending, unfinished))


def anything_due(session: Session, channel: Channel) -> bool:
    """Return whether there is something to claim. Cheap, and takes no lock."""
    route = ROUTES[channel.name]
    return finds(session, select(route.table.c.id).where(_due(route, clock.utcnow())).limit(1))


def claim(
    session: Session, channel: Channel, lease: timedelta, limit: int, *, apart: bool = False
) -> list[Outgoing]:
    """Claim up to `limit` destinations for one lease, and return the message to send to each.

    Those with the oldest news come first. `apart`: a destination for which no message can be made is set
    aside instead of holding up the others.
    """
    # Something newer that is committed between two statements would overtake what was put off.
    see_one_moment(session)
    # Only now, or the wait for other writers would shorten the lease.
    route, now = ROUTES[channel.name], clock.utcnow()
    place = route.table.c
    first = (
        select(place.id)
        .where(_due(route, now))
        .order_by(_waits_since(route), place.id)
        .limit(limit)
        # Not FOR UPDATE: it would skip every chat for which a delivery is just being added.
        .with_for_update(skip_locked=True, key_share=True)
    )
    claimed = session.execute(
        update(route.table)
        .where(place.id.in_(first), _due(route, now))
        .values(fence=place.fence + 1, leased_until=now + lease)
        .returning(place.id, place.user_id, place.fence, place.most_lines, place.suspended_reason)
    ).all()
    addressed = route.addresses.where(place.id.in_([one.id for one in claimed]))
    addresses = {row.id: row.address for row in session.execute(addressed)} if claimed else {}
    if claimed:
        eligibility.hold(session, {one.user_id for one in claimed})
    make = _next_message_apart if apart else _next_message
    outgoing = [
        message
        for one in claimed
        if (message := make(session, channel, route, Destination(*one), addresses.get(one.id)))
    ]
    idle = {one.id for one in claimed} - {message.destination for message in outgoing}
    if idle:
        session.execute(update(route.table).where(place.id.in_(idle)).values(leased_until=None))
    return outgoing


def _waits_since(route: Route) -> ColumnElement[datetime]:
    """Return since when a destination has waited: for its frozen message, else for its oldest news."""
    # Each of the two has its own index; one query for both would scan the whole outbox.
    frozen = select(messages.c.created_at).where(
        route.of_message == route.table.c.id, messages.c.state == MessageState.SENDING
    )
    news = select(func.min(deliveries.c.created_at)).where(
        route.of_delivery == route.table.c.id, deliveries.c.state == DeliveryState.PENDING
    )
    return func.coalesce(frozen.scalar_subquery(), news.scalar_subquery())


def _next_message(
    session: Session, channel: Channel, route: Route, destination: Destination, address: Any
) -> Outgoing | None:
    unfinished = (route.of_message == destination.id, messages.c.state == MessageState.SENDING)
    row: Any = session.execute(select(*messages.c).where(*unfinished)).first()
    attempts = None
    if row is not None and _is_to_be_withdrawn(session, route, destination, row):
        withdraw(session, row.id, "withdrawn")
        attempts, row = row.attempts, None
    elif row is not None:
        row = _resume(session, row)
    if row is None:
        row = batch.freeze(session, channel, route, destination, attempts)
    if row is None:
        return None
    return Outgoing(
        **{name: getattr(row, name) for name in _FROZEN},
        channel=channel.name,
        destination=destination.id,
        address=address,
        severity=Severity(row.severity),
        fence=destination.fence,
        most_lines=destination.most_lines,
        frozen_at=row.created_at,
        picture=UsedAndWasted.of_json(row.picture) if row.picture else None,
    )


def _next_message_apart(
    session: Session, channel: Channel, route: Route, destination: Destination, address: Any
) -> Outgoing | None:
    try:
        with session.begin_nested():
            return _next_message(session, channel, route, destination, address)
    except DBAPIError:
        raise
    except Exception as error:
        # Its text may quote what people typed; the traceback does not.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("No message could be made (%s): this is a bug\n%s", type(error).__name__, where)
    _set_aside(session, route, destination)
    return None


def _set_aside(session: Session, route: Route, destination: Destination) -> None:
    """Come back to a destination later, and give up on what has waited for a day."""
    now = clock.utcnow()
    session.execute(
        update(route.table).where(route.table.c.id == destination.id).values(next_send_at=now + SET_ASIDE)
    )
    session.execute(
        update(deliveries)
        .where(
            route.of_delivery == destination.id,
            *batch.pending(now),
            deliveries.c.created_at < now - OLD_AFTER,
        )
        .values(state=DeliveryState.FAILED, reason=Reason.UNSPEAKABLE, settled_at=now)
    )


def _resume(session: Session, row: Any) -> Any:
    """Return an unfinished message to be sent again, unchanged; None for one that was repeated enough."""
    if row.under_way and row.repeats >= MOST_REPEATS:
        finish(session, row.id, MessageState.UNCONFIRMED, DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
        return None
    resumed = {"under_way": True, "repeats": row.repeats + row.under_way}
    statement = update(messages).where(messages.c.id == row.id).values(resumed)
    return session.execute(statement.returning(*messages.c)).one()


def _is_to_be_withdrawn(session: Session, route: Route, destination: Destination, row: Any) -> bool:
    """Return whether an unfinished message must not be sent again; what is left of it is then frozen again.

    That is the case if the person may no longer see something in it, or it was deleted. Unless the message
    may have arrived, for example because its sender died, it is also the case if they no longer want it, or
    not now, or if it is no longer true.
    """
    may_have_arrived = row.under_way or row.repeats > 0
    if eligibility.is_hindered(session, route, destination, row.id, may_have_arrived=may_have_arrived):
        return True
    # Folded deliveries go along with the one that stands for them, as when it was frozen.
    told = (deliveries.c.message_id == row.id, deliveries.c.state == DeliveryState.SENDING)
    return not may_have_arrived and suppression.is_overtaken(session, route, destination.id, *told)


def withdraw(session: Session, message_id: UUID, why: str) -> None:
    """Take a message back: what it was about waits to be told in another."""
    session.execute(
        update(messages)
        .where(messages.c.id == message_id)
        .values(state=MessageState.FAILED, last_error=why, under_way=False, settled_at=clock.utcnow())
    )
    session.execute(
        update(deliveries)
        .where(
            deliveries.c.message_id == message_id,
            deliveries.c.state.in_((DeliveryState.SENDING, DeliveryState.FOLDED)),
        )
        .values(state=DeliveryState.PENDING, message_id=None, settled_at=None)
    )


def finish(
    session: Session,
    message_id: UUID,
    state: MessageState,
    told: DeliveryState,
    reason: Reason | None,
    **values: Any,
) -> None:
    """Settle a message and what it tells, for good."""
    now = clock.utcnow()
    session.execute(
        update(messages)
        .where(messages.c.id == message_id)
        .values(state=state, under_way=False, settled_at=now, **values)
    )
    session.execute(
        update(deliveries)
        .where(deliveries.c.message_id == message_id, deliveries.c.state == DeliveryState.SENDING)
        .values(state=told, reason=reason, settled_at=now)
    )
