"""Freezing: what is due for a destination, still wanted and still true becomes one Message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, bindparam, exists, insert, null, update
from sqlalchemy.orm import Session

from core import clock, events
from core.db import table
from core.delivery import coalescing, eligibility, refreshing, suppression
from core.delivery.coalescing import Fold
from core.delivery.destinations import Destination, Route
from core.events.severity import Severity
from core.models import ChannelName, Deferral, Delivery, DeliveryState, Message
from core.wording.channels import Channel, Recap
from core.wording.reasons import Reason

deliveries, messages = table(Delivery), table(Message)


def pending(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a delivery is due."""
    return (deliveries.c.state == DeliveryState.PENDING, deliveries.c.due_at <= now)


def freeze(
    session: Session, channel: Channel, route: Route, destination: Destination, attempts: int | None = None
) -> Any:
    """Freeze what is due for a claimed destination into one message and return its row, None if nothing is.

    What its person may not hear, or not now, or already knows is settled or put off first. `attempts` are
    those of the message that was withdrawn for it, if any, so that the waits do not start over.
    """
    now = clock.utcnow()
    _catch_up(session, route, destination, now)
    wanted = (route.of_delivery == destination.id, *pending(now))
    if eligibility.sort_out(session, route, destination, *wanted) or attempts is not None:
        # What still goes out includes what was just put off about the same item.
        _catch_up(session, route, destination, now)
        suppression.wait_for_newer(session, route, destination.id, now, *wanted)
    suppression.drop_overtaken(session, route, destination.id, *wanted)
    before = coalescing.fold(session, *wanted)
    worth_it, over = suppression.worth_telling(session, route, destination.id, before)
    up_to_date, gone = refreshing.refresh(session, destination.user_id, worth_it, now)
    if gone:
        values = {"state": DeliveryState.SUPERSEDED, "reason": Reason.SOLVED, "settled_at": now}
        ids = [fold.newest for fold in gone]
        session.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(values))
    folds = of_one_message(channel.name, up_to_date)
    if not folds:
        return None
    row = _write(session, channel, route, destination, folds, _recap([*worth_it, *over]), attempts or 0)
    _include(session, wanted, row.id, folds)
    return row


def of_one_message(channel: ChannelName, folds: Sequence[Fold]) -> list[Fold]:
    """Return what goes out together; the rest follows in the next message.

    Transactional mail goes first, and alone. A digest goes last, with what waited for it.
    """
    if channel is ChannelName.EMAIL:
        alone = [fold for fold in folds if isinstance(fold.line.event, events.TransactionalMail)]
        if alone:
            return alone[:1]
    digests = [fold for fold in folds if isinstance(fold.line.event, events.DigestGathered)]
    waited = [fold for fold in folds if fold.line.deferred == Deferral.DIGEST and fold not in digests]
    urgent = [fold for fold in folds if fold not in digests and fold not in waited]
    return urgent or [*digests[:1], *waited]


def _recap(settled: Sequence[Fold]) -> Recap | None:
    """Return the recap if a quiet time ends with this message. What still has to wait is counted later."""
    waited = [fold for fold in settled if fold.was_deferred and fold.is_alert]
    solved = sum(fold.line.severity == Severity.GOOD for fold in waited)
    return Recap(alerts=len(waited), solved=solved) if waited else None


def _catch_up(session: Session, route: Route, destination: Destination, now: datetime) -> None:
    """Make due what was put off about items with newer news that is due, so that they are told as one."""
    newer = deliveries.alias("newer")
    overtaken = exists().where(
        newer.c[route.delivery_key] == destination.id,
        newer.c.item_id == deliveries.c.item_id,
        newer.c.id > deliveries.c.id,
        newer.c.state == DeliveryState.PENDING,
        newer.c.due_at <= now,
    )
    session.execute(
        update(deliveries)
        .where(
            route.of_delivery == destination.id,
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.due_at > now,
            overtaken,
        )
        .values(due_at=now, deferred=eligibility.ANEW)
    )


def _write(
    session: Session,
    channel: Channel,
    route: Route,
    destination: Destination,
    folds: Sequence[Fold],
    recap: Recap | None,
    attempts: int,
) -> Any:
    message_id = uuid4()
    composed = channel.compose(message_id, [fold.line for fold in folds], destination.most_lines, recap)
    return session.execute(
        insert(messages)
        .values(
            {
                "id": message_id,
                route.of_message.key: destination.id,
                "subject": composed.subject,
                "text": composed.text,
                "html": composed.html,
                # None would be stored as JSON null.
                "picture": composed.picture.to_json() if composed.picture else null(),
                "buttons": composed.buttons,
                "severity": max(fold.line.severity for fold in folds),
                "attempts": attempts,
                "created_at": clock.utcnow(),
            }
        )
        .returning(*messages.c)
    ).one()


def _include(
    session: Session, wanted: Sequence[ColumnElement[bool]], message_id: UUID, folds: Sequence[Fold]
) -> None:
    """Make folds part of a message: the newest delivery of each is sent, those before it are folded."""
    folded = {"state": DeliveryState.FOLDED, "message_id": message_id, "settled_at": clock.utcnow()}
    fold_in = update(deliveries).where(*wanted).values(folded)
    several = [{"of_item": one.item_id, "before": one.newest} for one in folds if one.line.changes > 1]
    if several:
        older = (deliveries.c.item_id == bindparam("of_item"), deliveries.c.id < bindparam("before"))
        session.execute(fold_in.where(*older), several)
    also = [number for fold in folds for number in fold.also]
    if also:
        session.execute(fold_in.where(deliveries.c.id.in_(also)))
    session.execute(
        update(deliveries)
        .where(deliveries.c.id == bindparam("newest"), deliveries.c.state == DeliveryState.PENDING)
        .values(state=DeliveryState.SENDING, message_id=message_id),
        [{"newest": fold.newest} for fold in folds],
    )
