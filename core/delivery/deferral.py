"""Putting off: what is due but waits for quiet hours or a mute to end, or for its person's digest."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, case, null, select, update
from sqlalchemy.orm import Session

from core import clock, timing
from core.db import announce_after_commit, table
from core.delivery.destinations import Route
from core.events.severity import Severity
from core.models import (
    Deferral,
    Delivery,
    DeliveryState,
    HouseholdPreference,
    Notification,
    Preference,
    Schedule,
    ScheduleKind,
    Topic,
    When,
)
from core.models.preferences import EVERY_DAY
from core.preferences.quiet_hours import QuietHours
from core.preferences.routing import ALWAYS, Wishes

deliveries, _notifications = table(Delivery), table(Notification)
_preferences, _own, _schedules = table(Preference), table(HouseholdPreference), table(Schedule)

# What waits for a digest goes out with it; so long after its time it goes out by itself.
WITHOUT_DIGEST = timedelta(minutes=5)
# These are sent at a time that their person picked: there is no later digest for them.
_DIGESTS = frozenset({Topic.DAILY_EXPIRY_SUM, Topic.WEEKLY_INVENTORY_REPORT})
# The mark of what is decided anew: it may wait for a digest again, but stays marked as hidden by quiet hours.
ANEW = case((deliveries.c.deferred == Deferral.DIGEST, null()), else_=deliveries.c.deferred)
_hold = (
    select(_preferences.c.user_id)
    .where(_preferences.c.user_id.in_(bindparam("users", expanding=True)))
    .with_for_update(read=True)
)


def hold(session: Session, user_ids: Collection[UUID | None]) -> None:
    """Keep what people want as it is until the commit; whoever changed it meanwhile begins this anew.

    Else what is put off by what they wanted a moment ago would be missed by the release that they ended it
    with, and wait to the end.
    """
    session.execute(_hold, {"users": [one for one in user_ids if one is not None]})


def put_off(session: Session, route: Route, user_id: UUID | None, *wanted: ColumnElement[bool]) -> bool:
    """Put off those of the wanted deliveries for which it is not the time, and say whether there were any."""
    early = _too_early(session, route, user_id, *wanted)
    for kind, due_at, why in early:
        session.execute(
            update(deliveries).where(*wanted, *_of_kind(kind)).values(due_at=due_at, deferred=why)
        )
    return bool(early)


def is_too_early(session: Session, route: Route, user_id: UUID | None, *wanted: ColumnElement[bool]) -> bool:
    """Say whether it is not the time for some of the wanted deliveries."""
    return bool(_too_early(session, route, user_id, *wanted))


def _too_early(
    session: Session, route: Route, user_id: UUID | None, *wanted: ColumnElement[bool]
) -> list[tuple[Any, datetime, Deferral]]:
    """Return the kinds of news for which it is not the time, until when they wait, and why."""
    if user_id is None:
        return []
    person = session.execute(_person(user_id)).first()
    if person is None:
        return []
    now = clock.utcnow()
    quiet_end, muted_until = _quiet_end(person, now), _muted_until(person, now)
    return [
        (kind, *until)
        for kind in session.execute(_kinds(*wanted))
        if kind.topic not in ALWAYS and (until := _until(person, kind, route, now, quiet_end, muted_until))
    ]


def _until(
    person: Any,
    kind: Any,
    route: Route,
    now: datetime,
    quiet_end: datetime | None,
    muted_until: datetime | None,
) -> tuple[datetime, Deferral] | None:
    """Return until when a kind of news waits, and why; None when it goes out now."""
    if kind.severity >= Severity.CRITICAL:
        return None
    when = Wishes.of(kind).when(kind.topic, route.channel)
    # Once it has waited for the digest, or for the night to end, it is not put off to the next digest.
    if when is When.DIGEST and kind.deferred is None and kind.topic not in _DIGESTS:
        digest = next_digest(person, now)
        if digest is not None:
            return digest + WITHOUT_DIGEST, Deferral.DIGEST
    if muted_until is not None and (quiet_end is None or muted_until >= quiet_end):
        return muted_until, Deferral.MUTED
    return (quiet_end, Deferral.QUIET_HOURS) if quiet_end is not None else None


def next_digest(person: Any, now: datetime) -> datetime | None:
    """Return when a person's next daily digest is due."""
    time, days = person.digest_time or person.preferred_time, person.digest_days
    return timing.next_run(now, time, EVERY_DAY if days is None else days, person.timezone)


def _quiet_end(person: Any, now: datetime) -> datetime | None:
    quiet = QuietHours(
        person.quiet_enabled, person.quiet_start, person.quiet_end, person.quiet_days, person.timezone
    )
    return quiet.until(now)


def _muted_until(person: Any, now: datetime) -> datetime | None:
    until: datetime | None = person.muted_until
    return until if until is not None and until > now else None


def _person(user_id: UUID) -> Any:
    return (
        select(
            *_preferences.c,
            _schedules.c.time.label("digest_time"),
            _schedules.c.weekdays.label("digest_days"),
        )
        .outerjoin(
            _schedules,
            (_schedules.c.user_id == _preferences.c.user_id)
            & (_schedules.c.kind == ScheduleKind.DAILY_EXPIRY_SUM),
        )
        .where(_preferences.c.user_id == user_id)
    )


def _kinds(*wanted: ColumnElement[bool]) -> Any:
    """Return the query for what decides about deliveries, once for all that it decides alike."""
    alike = (
        deliveries.c.user_id,
        _notifications.c.household_id,
        _notifications.c.topic,
        deliveries.c.severity,
        deliveries.c.deferred,
    )
    kinds = (
        select(*alike)
        .join(_notifications, _notifications.c.id == deliveries.c.notification_id)
        .where(*wanted)
        .distinct()
        .subquery()
    )
    return (
        select(
            *kinds.c,
            _preferences.c.topics,
            _preferences.c.routes,
            _own.c.topics.label("own_topics"),
            _own.c.routes.label("own_routes"),
        )
        .join(_preferences, _preferences.c.user_id == kinds.c.user_id)
        .outerjoin(_own, (_own.c.user_id == kinds.c.user_id) & (_own.c.household_id == kinds.c.household_id))
    )


def _of_kind(kind: Any) -> tuple[ColumnElement[bool], ...]:
    of_topic = select(_notifications.c.id).where(
        _notifications.c.user_id == kind.user_id,
        _notifications.c.topic == kind.topic,
        _notifications.c.household_id.is_not_distinct_from(kind.household_id),
    )
    return (
        deliveries.c.severity == kind.severity,
        deliveries.c.deferred.is_not_distinct_from(kind.deferred),
        deliveries.c.notification_id.in_(of_topic),
    )


def release(session: Session, user_id: UUID, *why: Deferral) -> None:
    """Make due what a person's deliveries wait for, to be decided anew; only what waits for `why`, if given.

    What had waited for a digest that is released by name keeps the mark: its time has come. What waited for
    quiet hours or a mute keeps it anyway: it is told as what they hid, and not put off to a digest again.
    """
    if not why:
        # Whoever is making a message by what the person wanted before is waited for, or begins anew.
        mine = update(_preferences).where(_preferences.c.user_id == user_id)
        session.execute(mine.values(muted_until=_preferences.c.muted_until))
    waiting = deliveries.c.deferred.in_(why) if why else deliveries.c.deferred.is_not(None)
    values: dict[str, Any] = {"due_at": clock.utcnow()}
    if not why:
        values["deferred"] = ANEW
    session.execute(
        update(deliveries)
        .where(
            deliveries.c.user_id == user_id,
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.due_at > clock.utcnow(),
            waiting,
        )
        .values(**values)
    )
    announce_after_commit(session)
