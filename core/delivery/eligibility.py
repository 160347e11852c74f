"""Eligibility: what of the deliveries that are due their person may hear, and wants to hear now.

Decided when a message is made or sent again, not when the event happened. So nothing goes to people who left,
unlinked or switched it off a moment ago. Each delivery records why, or what it waits for.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, bindparam, case, null, select, type_coerce, update
from sqlalchemy.orm import Session

from core import clock, events
from core.db import announce_after_commit, can_mail, table
from core.delivery.destinations import ROUTES, Destination, Route
from core.events.severity import Severity
from core.models import (
    ChannelName,
    Deferral,
    Delivery,
    DeliveryState,
    Item,
    Notification,
    Preference,
    Topic,
    WatchLevel,
)
from core.notifications.verdict import Matter, Verdict, judge
from core.preferences import follows, recipients
from core.preferences.follows import Watched
from core.preferences.recipients import Place
from core.wording.reasons import Reason

deliveries, notifications = table(Delivery), table(Notification)
_preferences, _items = table(Preference), table(Item)

# What waits for a digest goes out with it, or by itself this long after the digest's time.
WITHOUT_DIGEST = timedelta(minutes=5)
# The new `deferred` of what is decided again: it may wait for a digest once more, but stays marked as hidden
# by quiet hours or a mute.
ANEW = case((deliveries.c.deferred == Deferral.DIGEST, null()), else_=deliveries.c.deferred)
# These also hold for what may have arrived: nobody else may see it.
_NOT_ENTITLED = (Reason.NOT_LINKED, Reason.NOT_A_MEMBER)
_IMPORT = events.ItemsImported.__name__
_hold = (
    select(_preferences.c.user_id)
    .where(_preferences.c.user_id.in_(bindparam("users", expanding=True)))
    .with_for_update(read=True)
)


@dataclass(frozen=True)
class _Kind:
    """What a decision depends on, once for all deliveries that share it. The item only where it matters."""

    user_id: UUID
    household_id: UUID | None
    topic: str
    event: str
    severity: int
    deferred: str | None
    state: str
    item_id: UUID | None = None
    category: str | None = None
    location: str | None = None
    by_item: bool = False

    def level(self, watched: Watched) -> str | None:
        """Return how the person watches the subject of the deliveries."""
        if self.item_id is None and (self.topic == Topic.EXPIRATION or self.event == _IMPORT):
            # These are about several items. Without the topic, people still hear of those that they follow.
            return WatchLevel.FOLLOW if watched.follows_in(self.household_id) else None
        return watched.at(self.household_id, self.item_id, self.category, self.location).level


def hold(session: Session, user_ids: Collection[UUID | None]) -> None:
    """Keep people's preferences unchanged until the commit; a concurrent change restarts this transaction.

    Otherwise a delivery could be put off for quiet hours that are just being ended, and miss the release.
    """
    session.execute(_hold, {"users": [one for one in user_ids if one is not None]})


def sort_out(session: Session, route: Route, to: Destination, *wanted: ColumnElement[bool]) -> bool:
    """Skip the wanted deliveries that are refused, put off those that are too early; return if any were."""
    early, now = False, clock.utcnow()
    for kind, verdict in list(_judged(session, route, to.user_id, _mailbox(to), *wanted)):
        if verdict.refused is not None:
            skipped = {"state": DeliveryState.SKIPPED, "reason": verdict.refused, "settled_at": now}
            _update(session, kind, wanted, skipped)
        elif verdict.at is not None:
            early = True
            _put_off(session, kind, verdict, wanted)
    return early


def put_off(session: Session, user_id: UUID, *wanted: ColumnElement[bool]) -> None:
    """Put off those of a person's wanted deliveries that are too early."""
    for route in ROUTES.values():
        of_channel = (deliveries.c.channel == route.channel, deliveries.c.user_id == user_id, *wanted)
        for kind, verdict in list(_judged(session, route, user_id, None, *of_channel)):
            if verdict.at is not None:
                _put_off(session, kind, verdict, of_channel)


def is_hindered(
    session: Session, route: Route, to: Destination, message_id: UUID, *, may_have_arrived: bool
) -> bool:
    """Return whether a frozen message may not be sent again as it is.

    It may not if the person may no longer see something in it, or it was deleted; or, unless it may have
    arrived, if they do not want it, or not now.
    """
    judged = list(_judged(session, route, to.user_id, _mailbox(to), deliveries.c.message_id == message_id))
    if may_have_arrived:
        return not judged or any(verdict.refused in _NOT_ENTITLED for _, verdict in judged)
    # Folded deliveries go along with the one that stands for them, as when it was frozen.
    return not judged or any(
        verdict.refused is not None or (verdict.at is not None and kind.state == DeliveryState.SENDING)
        for kind, verdict in judged
    )


def _mailbox(to: Destination) -> Place:
    """Return a destination as a mailbox without an account: it gets mail until its person unsubscribes."""
    return Place(enabled=True, id=to.id, suspended=to.suspended_reason is not None)


def _judged(
    session: Session, route: Route, owner: UUID | None, mailbox: Place | None, *wanted: ColumnElement[bool]
) -> Iterator[tuple[_Kind, Verdict]]:
    """Judge deliveries to a chat or mailbox; `mailbox` is used when it has no owner."""
    watched = follows.of_person(session, owner)
    kinds = _kinds(session, *wanted, by_item=bool(watched))
    if not kinds:
        return
    people, mailing = recipients.of_people(session, {kind.user_id for kind in kinds}), can_mail(session)
    for kind in kinds:
        transactional, (person, homes) = events.is_transactional(kind.event), people[kind.user_id]
        to_stranger = transactional and owner is None and route.channel is ChannelName.EMAIL
        if owner != kind.user_id and not to_stranger:
            yield kind, Verdict(Reason.NOT_LINKED)
            continue
        if kind.household_id is not None:
            if kind.household_id not in homes:
                yield kind, Verdict(Reason.NOT_A_MEMBER)
                continue
            person = homes[kind.household_id]
        if to_stranger and mailbox is not None:
            person = replace(person, places={**person.places, route.channel: mailbox})
        matter = Matter(
            kind.topic,
            Severity(kind.severity),
            kind.level(watched) if watched else None,
            transactional=transactional and not to_stranger,
            waited=kind.deferred is not None,
        )
        verdict = judge(matter, person, route.channel, now=clock.utcnow(), mailing=mailing)
        unreadable = verdict.refused is None and not events.is_known(kind.event)
        yield kind, Verdict(Reason.UNREADABLE) if unreadable else verdict


def _kinds(session: Session, *wanted: ColumnElement[bool], by_item: bool) -> list[_Kind]:
    alike = (
        select(
            deliveries.c.user_id,
            *[notifications.c[name] for name in ("household_id", "topic", "event")],
            *[deliveries.c[name] for name in ("severity", "deferred", "state")],
        )
        .join(notifications, notifications.c.id == deliveries.c.notification_id)
        .where(*wanted)
        .distinct()
    )
    if by_item:
        items = alike.add_columns(deliveries.c.item_id).subquery()
        alike = select(*items.c, *_places(items, *wanted)).outerjoin(_items, _items.c.id == items.c.item_id)
    return [_Kind(**row._asdict(), by_item=by_item) for row in session.execute(alike)]


def _places(alike: Any, *wanted: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    """Return the columns that say where an item is, or where it last was if it was removed."""
    last = (
        select(notifications.c.payload)
        .join(deliveries, deliveries.c.notification_id == notifications.c.id)
        .where(*wanted, deliveries.c.item_id == alike.c.item_id)
        .order_by(deliveries.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    item, gone = type_coerce(last, JSON)["item"], _items.c.id.is_(None)
    return [
        case((gone, item[name].as_string()), else_=_items.c[name]).label(name)
        for name in ("category", "location")
    ]


def _put_off(
    session: Session, kind: _Kind, verdict: Verdict, wanted: Collection[ColumnElement[bool]]
) -> None:
    longer = WITHOUT_DIGEST if verdict.reason is Reason.DIGEST else timedelta()
    due_at = verdict.at + longer if verdict.at is not None else None
    _update(session, kind, wanted, {"due_at": due_at, "deferred": verdict.reason})


def _update(
    session: Session, kind: _Kind, wanted: Collection[ColumnElement[bool]], values: Mapping[str, object]
) -> None:
    of_kind = select(notifications.c.id).where(
        notifications.c.user_id == kind.user_id,
        notifications.c.topic == kind.topic,
        notifications.c.event == kind.event,
        notifications.c.household_id.is_not_distinct_from(kind.household_id),
    )
    of_item = (deliveries.c.item_id.is_not_distinct_from(kind.item_id),) if kind.by_item else ()
    session.execute(
        update(deliveries)
        .where(
            *wanted,
            *of_item,
            deliveries.c.severity == kind.severity,
            deliveries.c.deferred.is_not_distinct_from(kind.deferred),
            deliveries.c.notification_id.in_(of_kind),
        )
        .values(**values)
    )


def release(session: Session, user_id: UUID, *why: Deferral) -> None:
    """Make a person's deferred deliveries due, to be decided again; with `why`, only those deferred for it.

    What is released by `why` keeps its mark, because its time has come. What waited for quiet hours or a mute
    always keeps it: it counts as hidden by them, and is not put off to a digest again.
    """
    now = clock.utcnow()
    values: dict[str, Any] = {"due_at": now}
    if not why:
        values["deferred"] = ANEW
        # This waits for a message that is being made by the old preferences, or makes that start again.
        mine = update(_preferences).where(_preferences.c.user_id == user_id)
        session.execute(mine.values(muted_until=_preferences.c.muted_until))
    waiting = (
        deliveries.c.user_id == user_id,
        deliveries.c.state == DeliveryState.PENDING,
        deliveries.c.due_at > now,
        deliveries.c.deferred.in_(why) if why else deliveries.c.deferred.is_not(None),
    )
    session.execute(update(deliveries).where(*waiting).values(values))
    announce_after_commit(session)
