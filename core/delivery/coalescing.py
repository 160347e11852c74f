"""Folding: one line for each item of everything that is told at once, the worst first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, or_, select
from sqlalchemy.orm import Session

from core import events
from core.db import batches, table
from core.events.severity import ALERTS, Severity
from core.models import Deferral, Delivery, Household, Member, Notification
from core.wording.channels import Line

deliveries, _notifications = table(Delivery), table(Notification)
_households, _others = table(Household), table(Member).alias("others")

_group = case(
    (deliveries.c.item_id.is_(None), cast(deliveries.c.id, String)), else_=cast(deliveries.c.item_id, String)
)
_is_alert = deliveries.c.severity.in_(ALERTS)
_is_deferred = deliveries.c.deferred.in_((Deferral.QUIET_HOURS, Deferral.MUTED))
_in_several = select(func.count() > 1).where(_others.c.user_id == deliveries.c.user_id).scalar_subquery()
_facts = (
    select(
        *(deliveries.c[name] for name in ("id", "item_id", "severity", "deferred")),
        *(_notifications.c[name] for name in ("topic", "event", "payload", "created_at")),
        _households.c.name.label("household_name"),
        _in_several.label("in_several"),
    )
    .join(_notifications, _notifications.c.id == deliveries.c.notification_id)
    .outerjoin(_households, _households.c.id == _notifications.c.household_id)
)


@dataclass(frozen=True)
class Fold:
    """Deliveries that become one line: all of one item, or a single one.

    `newest` stands for them all. The event of `headline` is told: the last alert, else the newest.
    """

    newest: int
    headline: int
    item_id: Any
    is_alert: bool
    was_deferred: bool
    """Part of it waited for quiet hours or a mute to end."""
    line: Line
    also: tuple[int, ...] = ()
    """Other deliveries that it stands for: those of its household and topic that waited before it."""


def fold(session: Session, *wanted: ColumnElement[bool]) -> list[Fold]:
    """Return the lines that a set of deliveries becomes, the worst first, then by age."""
    groups = session.execute(
        select(
            func.max(deliveries.c.id).label("newest"),
            func.max(case((_is_alert, deliveries.c.id))).label("last_alert"),
            func.count().label("changes"),
            func.count(case((_is_deferred, 1))).label("deferred"),
            func.count(deliveries.c.actor_id.distinct()).label("people"),
        )
        .where(*wanted)
        .group_by(_group)
    ).all()
    ids = {group.newest for group in groups} | {group.last_alert for group in groups if group.last_alert}
    facts = {
        row.id: row
        for some in batches(sorted(ids))
        for row in session.execute(_facts.where(deliveries.c.id.in_(some)))
    }
    folds = [
        _fold(group, facts[group.newest], facts[group.last_alert or group.newest])
        for group in groups
        if group.newest in facts and (group.last_alert or group.newest) in facts
    ]
    return sorted(folds, key=lambda one: (-one.line.severity, one.newest))


def _fold(group: Any, newest: Any, headline: Any) -> Fold:
    event = events.load(headline.event, headline.payload)
    latest = events.load(newest.event, newest.payload) if newest is not headline else event
    line = Line(
        topic=headline.topic,
        event=event,
        severity=Severity(headline.severity),
        created_at=headline.created_at,
        latest=latest.item if isinstance(latest, events.ItemEvent) else None,
        changes=group.changes,
        people=max(group.people, 1),
        household=headline.household_name if headline.in_several else None,
        deferred=newest.deferred,
    )
    return Fold(
        group.newest, headline.id, newest.item_id, group.last_alert is not None, group.deferred > 0, line
    )


def members_of(fold: Fold) -> ColumnElement[bool]:
    """Return the condition that a delivery is part of a fold."""
    if fold.item_id is None:
        return deliveries.c.id == fold.newest
    return or_(deliveries.c.id == fold.newest, deliveries.c.item_id == fold.item_id)
