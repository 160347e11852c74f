"""Not repeating what a person knows: an item is not announced twice in a short time unless it got worse."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import batches, finds, table
from core.delivery.coalescing import Fold, members_of
from core.delivery.destinations import Route
from core.events.severity import ALERTS, BAD, Severity
from core.models import Delivery, DeliveryState, Message, MessageState
from core.notifications.verdict import NOW, Verdict
from core.wording.reasons import Reason

deliveries, messages = table(Delivery), table(Message)

QUIET = timedelta(minutes=15)
_TOLD = (DeliveryState.SENT, DeliveryState.UNCONFIRMED)
# A message also tells the alerts that were folded into it, for example with later activity.
_TOLD_IN = (MessageState.SENT, MessageState.UNCONFIRMED)
_later = deliveries.alias("later")


def _answered(of: Any) -> ColumnElement[bool]:
    """Return the condition that the person did it themselves and saw the answer."""
    return and_(of.c.state == DeliveryState.SKIPPED, of.c.reason == Reason.ANSWERED)


@dataclass(frozen=True)
class Told:
    """What a destination last heard of an item, if only as an answer, and when."""

    severity: Severity
    at: datetime


def drop_overtaken(session: Session, route: Route, destination: UUID, *wanted: ColumnElement[bool]) -> None:
    """Supersede alerts about what their person has changed since: the answer told them the result."""
    answered = exists().where(*_later_alert(route, destination), _answered(_later))
    session.execute(
        update(deliveries)
        .where(*wanted, deliveries.c.severity.in_(ALERTS), answered)
        .values(state=DeliveryState.SUPERSEDED, reason=Reason.KNOWN, settled_at=clock.utcnow())
    )


def is_overtaken(session: Session, route: Route, destination: UUID, *wanted: ColumnElement[bool]) -> bool:
    """Return whether one of the wanted alerts is out of date, and a newer one was or will be told."""
    told = or_(_later.c.state == DeliveryState.PENDING, _answered(_later))
    newer = exists().where(*_later_alert(route, destination), told)
    overtaken = (*wanted, deliveries.c.severity.in_(ALERTS), newer)
    return finds(session, select(deliveries.c.id).where(*overtaken).limit(1))


def wait_for_newer(
    session: Session, route: Route, destination: UUID, now: datetime, *wanted: ColumnElement[bool]
) -> None:
    """Put off wanted alerts that are out of date until the newer one about their item is told."""
    newer = (
        *_later_alert(route, destination),
        _later.c.state == DeliveryState.PENDING,
        _later.c.due_at > now,
    )
    newest = select(_later.c.due_at, _later.c.deferred).where(*newer).order_by(_later.c.id.desc()).limit(1)
    values = {
        "due_at": newest.with_only_columns(_later.c.due_at).scalar_subquery(),
        "deferred": newest.with_only_columns(_later.c.deferred).scalar_subquery(),
    }
    session.execute(
        update(deliveries)
        .where(*wanted, deliveries.c.severity.in_(ALERTS), exists().where(*newer))
        .values(values)
    )


def _later_alert(route: Route, destination: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        _later.c.item_id == deliveries.c.item_id,
        _later.c[route.delivery_key] == destination,
        _later.c.id > deliveries.c.id,
        _later.c.severity.in_(ALERTS),
    )


def worth_telling(
    session: Session, route: Route, destination: UUID, folds: Sequence[Fold]
) -> tuple[list[Fold], list[Fold]]:
    """Return what is news, and what is over. The latter is superseded here, and all the rest is put off."""
    alerts = [fold for fold in folds if fold.is_alert]
    told = _last_told(session, route, destination, [fold.item_id for fold in alerts])
    solved = _solved(session, route, destination, alerts, told)
    now, news, over = clock.utcnow(), [], []
    for fold in folds:
        before, unheard = told.get(fold.item_id), fold.headline in solved
        alert = fold.line
        verdict = again(alert.severity, alert.changes, before, now, unheard=unheard) if fold.is_alert else NOW
        if verdict is NOW:
            news.append(fold)
        elif verdict.at is not None:
            _settle(session, route, destination, fold, {"due_at": verdict.at})
        else:
            over.append(fold)
            superseded = {"state": DeliveryState.SUPERSEDED, "reason": verdict.reason, "settled_at": now}
            _settle(session, route, destination, fold, superseded)
    return news, over


def again(severity: Severity, changes: int, before: Told | None, now: datetime, *, unheard: bool) -> Verdict:
    """Judge an alert, which tells `changes` as one, by what was heard of its item before. Pure.

    `unheard`: the item is fine again, and its person never heard that it was not.
    """
    if unheard:
        return Verdict(Reason.SOLVED)
    if before is None or severity > before.severity:
        return NOW
    if now < before.at + QUIET:
        return Verdict(Reason.KNOWN, before.at + QUIET)
    # After several changes it is back at what they know.
    return Verdict(Reason.KNOWN) if severity == before.severity and changes > 1 else NOW


def may_be_unheard(severity: Severity, before: Told | None) -> bool:
    """Return whether an alert says that an item is fine when nothing else was told last. Pure."""
    return severity == Severity.GOOD and (before is None or before.severity == Severity.GOOD)


def _solved(
    session: Session, route: Route, destination: UUID, alerts: Sequence[Fold], told: Mapping[UUID, Told]
) -> Collection[int]:
    """Return the headlines about items that are fine again when nobody heard that they were not.

    If an item's previous level is unknown, somebody may have heard: long ago, or from a summary.
    """
    fine = [fold.headline for fold in alerts if may_be_unheard(fold.line.severity, told.get(fold.item_id))]
    before = deliveries.alias("before")
    severity_before = (
        select(before.c.severity)
        .where(
            before.c.item_id == deliveries.c.item_id,
            before.c[route.delivery_key] == destination,
            before.c.id < deliveries.c.id,
            before.c.severity.in_(ALERTS),
        )
        .order_by(before.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    found: set[int] = set()
    for some in batches(fine):
        was_bad = (deliveries.c.id.in_(some), severity_before.in_(BAD))
        found |= set(session.execute(select(deliveries.c.id).where(*was_bad)).scalars())
    return found


def _settle(session: Session, route: Route, destination: UUID, fold: Fold, values: Mapping[str, Any]) -> None:
    session.execute(
        update(deliveries)
        .where(
            route.of_delivery == destination,
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.id <= fold.newest,
            members_of(fold),
        )
        .values(values)
    )


def _last_told(
    session: Session, route: Route, destination: UUID, item_ids: Sequence[UUID]
) -> Mapping[UUID, Told]:
    found: dict[UUID, Told] = {}
    in_another = exists().where(messages.c.id == deliveries.c.message_id, messages.c.state.in_(_TOLD_IN))
    folded = and_(deliveries.c.state == DeliveryState.FOLDED, in_another)
    told = or_(deliveries.c.state.in_(_TOLD), folded, _answered(deliveries))
    heard = select(deliveries.c.item_id, deliveries.c.severity, deliveries.c.settled_at)
    for some in batches(item_ids):
        alerts = (deliveries.c.item_id.in_(some), deliveries.c.severity.in_(ALERTS))
        newest = (
            select(func.max(deliveries.c.id))
            .where(route.of_delivery == destination, told, *alerts)
            .group_by(deliveries.c.item_id)
        )
        rows = session.execute(heard.where(deliveries.c.id.in_(newest)))
        found |= {row.item_id: Told(Severity(row.severity), row.settled_at) for row in rows}
    return found
