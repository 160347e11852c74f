"""Freezing: what is due for a destination, and is still wanted and true, becomes one Message."""

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
from core.models import ChannelName, Deferral, Delivery, DeliveryState, Message, MessageState
from core.wording.channels import Channel, Composed, Recap
from core.wording.reasons import Reason

deliveries, messages = table(Delivery), table(Message)


def pending(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a delivery is due."""
    return (deliveries.c.state == DeliveryState.PENDING, deliveries.c.due_at <= now)


def freeze(
    session: Session, channel: Channel, route: Route, destination: Destination, attempts: int | None = None
) -> Any:
    """Freeze what is due for a claimed destination into one message, and return its row; None without any.

    What its person may not hear, or not now, or knows already, is settled or put off first. `attempts`
    are those of what was withdrawn for it, if anything was: the waits after this one are no shorter.
    """
    now = clock.utcnow()
    _catch_up(session, route, destination, now)
    wanted = (route.of_delivery == destination.id, *pending(now))
    if eligibility.sort_out(session, route, destination, *wanted) or attempts is not None:
        # What goes out all the same brings along what was just put off about its item.
        _catch_up(session, route, destination, now)
        suppression.wait_for_newer(session, route, destination.id, now, *wanted)
    suppression.drop_overtaken(session, route, destination.id, *wanted)
    before = coalescing.fold(session, *wanted)
    worth_it, over = suppression.worth_telling(session, route, destination.id, before)
    up_to_date, gone = refreshing.refresh(session, destination.user_id, worth_it, now)
    _supersede(session, gone)
    folds = of_one_message(channel.name, up_to_date)
    if not folds:
        return None
    message_id = uuid4()
    composed = channel.compose(
        message_id, [fold.line for fold in folds], destination.most_lines, _recap([*worth_it, *over])
    )
    row = _write(session, route, destination, message_id, composed, folds, attempts or 0)
    _include(session, wanted, message_id, folds)
    return row


def of_one_message(channel: ChannelName, folds: Sequence[Fold]) -> list[Fold]:
    """Return what goes out together; what else is due follows in the next message.

    Transactional mail goes alone, and first. A digest carries what waited for it, after what is more urgent.
    """
    if channel is ChannelName.EMAIL:
        alone = [fold for fold in folds if isinstance(fold.line.event, events.TransactionalMail)]
        if alone:
            return alone[:1]
    digests = [fold for fold in folds if isinstance(fold.line.event, events.DigestGathered)]
    waited = [fold for fold in folds if fold.line.deferred == Deferral.DIGEST and fold not in digests]
    urgent = [fold for fold in folds if fold not in digests and fold not in waited]
    return urgent or [*digests[:1], *waited]


def _supersede(session: Session, gone: Sequence[Fold]) -> None:
    """Settle what has nothing left that is still true."""
    if gone:
        values = {"state": DeliveryState.SUPERSEDED, "reason": Reason.SOLVED, "settled_at": clock.utcnow()}
        ids = [fold.newest for fold in gone]
        session.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(values))


def _recap(settled: Sequence[Fold]) -> Recap | None:
    """Return what a time without messages came to, if it ends with this one.

    It is of what is told or over now: what has to wait a little longer is counted then.
    """
    waited = [fold for fold in settled if fold.was_deferred and fold.is_alert]
    solved = sum(fold.line.severity == Severity.GOOD for fold in waited)
    return Recap(alerts=len(waited), solved=solved) if waited else None


def _catch_up(session: Session, route: Route, destination: Destination, now: datetime) -> None:
    """Make due what was put off about an item of which something newer is due: they are told as one."""
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
    route: Route,
    destination: Destination,
    message_id: UUID,
    composed: Composed,
    folds: Sequence[Fold],
    attempts: int,
) -> Any:
    return session.execute(
        insert(messages)
        .values(
            {
                "id": message_id,
                route.of_message.key: destination.id,
                "subject": composed.subject,
                "text": composed.text,
                "html": composed.html,
                # None would be kept as the JSON word.
                "picture": composed.picture.to_json() if composed.picture else null(),
                "buttons": [[list(button) for button in row] for row in composed.buttons],
                "severity": max(fold.line.severity for fold in folds),
                "state": MessageState.SENDING,
                "attempts": attempts,
                "repeats": 0,
                "under_way": True,
                "plain": False,
                "created_at": clock.utcnow(),
            }
        )
        .returning(*messages.c)
    ).one()


def _include(
    session: Session, wanted: Sequence[ColumnElement[bool]], message_id: UUID, folds: Sequence[Fold]
) -> None:
    """Make folds part of a message: the newest delivery of each is sent, those before it are folded."""
    several = [fold for fold in folds if fold.line.changes > 1]
    if several:
        session.execute(
            update(deliveries)
            .where(
                *wanted,
                deliveries.c.item_id == bindparam("of_item"),
                deliveries.c.id < bindparam("before"),
            )
            .values(state=DeliveryState.FOLDED, message_id=message_id, settled_at=clock.utcnow()),
            [{"of_item": fold.item_id, "before": fold.newest} for fold in several],
        )
    also = [number for fold in folds for number in fold.also]
    if also:
        session.execute(
            update(deliveries)
            .where(*wanted, deliveries.c.id.in_(also))
            .values(state=DeliveryState.FOLDED, message_id=message_id, settled_at=clock.utcnow())
        )
    session.execute(
        update(deliveries)
        .where(deliveries.c.id == bindparam("newest"), deliveries.c.state == DeliveryState.PENDING)
        .values(state=DeliveryState.SENDING, message_id=message_id),
        [{"newest": fold.newest} for fold in folds],
    )
