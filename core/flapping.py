"""Not telling again what somebody knows: an item is not announced twice in a while unless it got worse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import table
from core.destinations import Route
from core.folding import Fold, members_of
from core.models import Delivery, DeliveryState, Message, MessageState
from core.severity import ALERTS, Severity

deliveries, messages = table(Delivery), table(Message)

QUIET = timedelta(minutes=15)
_TOLD = (DeliveryState.SENT, DeliveryState.UNCONFIRMED)
# What an alert was folded into tells it as well: activity that came after it, for one.
_TOLD_IN = (MessageState.SENT, MessageState.UNCONFIRMED)
_IDS_A_QUERY = 500


@dataclass(frozen=True)
class Told:
    """What a destination heard of an item last, and when."""

    severity: Severity
    at: datetime


def worth_telling(
    session: Session, route: Route, destination: UUID, folds: Sequence[Fold]
) -> tuple[list[Fold], list[Fold]]:
    """Return what is news, and what is over. What is neither is put off; what is over is superseded here."""
    told = _last_told(session, route, destination, [fold.item_id for fold in folds if fold.is_alert])
    news, over = [], []
    for fold in folds:
        instead = _instead(fold, told.get(fold.item_id)) if fold.is_alert else {}
        if instead:
            _settle(session, route, destination, fold, instead)
            if "state" in instead:
                over.append(fold)
        else:
            news.append(fold)
    return news, over


def _instead(fold: Fold, before: Told | None) -> Mapping[str, Any]:
    """Return what becomes of an alert that is not told now; nothing for one that is."""
    now, severity = clock.utcnow(), fold.line.severity
    superseded = {"state": DeliveryState.SUPERSEDED, "settled_at": now}
    if _solved(fold, before):
        return {**superseded, "reason": "solved"}
    if before is None or severity > before.severity:
        return {}
    if now < before.at + QUIET:
        return {"due_at": before.at + QUIET}
    # After several changes it came back to what they know.
    return {**superseded, "reason": "known"} if severity == before.severity and fold.line.changes > 1 else {}


def _solved(fold: Fold, before: Told | None) -> bool:
    """Say whether an item is fine again of which nobody heard that it was not."""
    return fold.line.severity == Severity.GOOD and (before is None or before.severity == Severity.GOOD)


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
    told = or_(deliveries.c.state.in_(_TOLD), and_(deliveries.c.state == DeliveryState.FOLDED, in_another))
    for start in range(0, len(item_ids), _IDS_A_QUERY):
        newest = (
            select(func.max(deliveries.c.id))
            .where(
                route.of_delivery == destination,
                deliveries.c.item_id.in_(item_ids[start : start + _IDS_A_QUERY]),
                told,
                deliveries.c.severity.in_(ALERTS),
            )
            .group_by(deliveries.c.item_id)
        )
        rows = session.execute(
            select(deliveries.c.item_id, deliveries.c.severity, deliveries.c.settled_at).where(
                deliveries.c.id.in_(newest)
            )
        )
        found |= {row.item_id: Told(Severity(row.severity), row.settled_at) for row in rows}
    return found
