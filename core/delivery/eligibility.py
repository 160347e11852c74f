"""Eligibility: of what is due for a chat or mailbox, what its person may hear, wants to hear, and now.

Asked when a message is made or sent again, not when the thing happened. Nothing goes to somebody who left,
unlinked or switched it off a moment ago; each delivery says why, or what it waits for.
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
from core.preferences.recipients import Person, Place, Recipient
from core.wording.reasons import Reason

deliveries, notifications = table(Delivery), table(Notification)
_preferences, _items = table(Preference), table(Item)

# What waits for a digest goes out with it; so long after its time it goes out by itself.
WITHOUT_DIGEST = timedelta(minutes=5)
# The mark of what is decided anew: it may wait for a digest again, but stays marked as hidden by quiet hours.
ANEW = case((deliveries.c.deferred == Deferral.DIGEST, null()), else_=deliveries.c.deferred)
# These hold for what may have arrived as well: it must not be shown to somebody else.
_NOT_ENTITLED = (Reason.NOT_LINKED, Reason.NOT_A_MEMBER)
_IMPORT = events.ItemsImported.__name__
_hold = (
    select(_preferences.c.user_id)
    .where(_preferences.c.user_id.in_(bindparam("users", expanding=True)))
    .with_for_update(read=True)
)


@dataclass(frozen=True)
class _Kind:
    """What decides about deliveries, once for all that it decides alike. The item only where that matters."""

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
        """Return how the person watches what it is about."""
        if self.item_id is None and (self.topic == Topic.EXPIRATION or self.event == _IMPORT):
            # One of these is about several items: whoever asked for none of it is told of what they follow.
            return WatchLevel.FOLLOW if watched.follows_in(self.household_id) else None
        return watched.at(self.household_id, self.item_id, self.category, self.location).level


def hold(session: Session, user_ids: Collection[UUID | None]) -> None:
    """Keep what people want as it is until the commit; whoever changed it meanwhile begins this anew.

    Else what is put off by what they wanted a moment ago would be missed by the release that they ended it
    with, and wait to the end.
    """
    session.execute(_hold, {"users": [one for one in user_ids if one is not None]})


def sort_out(session: Session, route: Route, to: Destination, *wanted: ColumnElement[bool]) -> bool:
    """Skip those of the wanted deliveries that are refused, and put off those for which it is not the time.

    Say whether any were put off.
    """
    early = False
    for kind, verdict in list(_judged(session, route, to.user_id, _mailbox(to), *wanted)):
        if verdict.refused is not None:
            values = {
                "state": DeliveryState.SKIPPED,
                "reason": verdict.refused,
                "settled_at": clock.utcnow(),
            }
            _update(session, kind, wanted, values)
        elif verdict.at is not None:
            early = True
            _put_off(session, kind, verdict, wanted)
    return early


def put_off(session: Session, user_id: UUID, *wanted: ColumnElement[bool]) -> None:
    """Put off those of a person's wanted deliveries for which it is not the time."""
    for route in ROUTES.values():
        of_channel = (deliveries.c.channel == route.channel, deliveries.c.user_id == user_id, *wanted)
        for kind, verdict in list(_judged(session, route, user_id, None, *of_channel)):
            if verdict.at is not None:
                _put_off(session, kind, verdict, of_channel)


def is_hindered(
    session: Session, route: Route, to: Destination, message_id: UUID, *, may_have_arrived: bool
) -> bool:
    """Say whether a frozen message may not go out again as it is.

    Its person may not see something in it any more, or what it was about was deleted. And, unless it may have
    arrived, they do not want to hear it any more, or not now.
    """
    judged = list(_judged(session, route, to.user_id, _mailbox(to), deliveries.c.message_id == message_id))
    if may_have_arrived:
        return not judged or any(verdict.refused in _NOT_ENTITLED for _, verdict in judged)
    # What is folded goes along with what stands for it, as when it was frozen.
    return not judged or any(
        verdict.refused is not None or (verdict.at is not None and kind.state == DeliveryState.SENDING)
        for kind, verdict in judged
    )


def _mailbox(to: Destination) -> Place:
    """Return a mailbox that belongs to no account: it is mailed to until its person asks for no more."""
    return Place(enabled=True, id=to.id, suspended=to.suspended_reason is not None)


def _judged(
    session: Session, route: Route, owner: UUID | None, mailbox: Place | None, *wanted: ColumnElement[bool]
) -> Iterator[tuple[_Kind, Verdict]]:
    """Judge deliveries to somebody's chat or mailbox; `mailbox` is where they go if it has no owner."""
    watched = follows.of_person(session, owner)
    kinds = _kinds(session, *wanted, by_item=bool(watched))
    if kinds:
        people = recipients.of_people(session, {kind.user_id for kind in kinds})
        mailing = can_mail(session)
        for kind in kinds:
            to_stranger = (
                route.channel is ChannelName.EMAIL and events.is_transactional(kind.event) and owner is None
            )
            if owner == kind.user_id or to_stranger:
                place = mailbox if to_stranger else None
                verdict = _verdict(route, kind, *people[kind.user_id], place, watched, mailing=mailing)
            else:
                verdict = Verdict(Reason.NOT_LINKED)
            yield kind, verdict


def _verdict(
    route: Route,
    kind: _Kind,
    person: Person,
    homes: Mapping[UUID, Recipient],
    mailbox: Place | None,
    watched: Watched,
    *,
    mailing: bool,
) -> Verdict:
    if kind.household_id is not None:
        if kind.household_id not in homes:
            return Verdict(Reason.NOT_A_MEMBER)
        person = homes[kind.household_id]
    if mailbox is not None:
        person = replace(person, places={**person.places, route.channel: mailbox})
    matter = Matter(
        kind.topic,
        Severity(kind.severity),
        kind.level(watched) if watched else None,
        transactional=mailbox is None and events.is_transactional(kind.event),
        waited=kind.deferred is not None,
    )
    verdict = judge(matter, person, route.channel, now=clock.utcnow(), mailing=mailing)
    if verdict.refused is None and not events.is_known(kind.event):
        return Verdict(Reason.UNREADABLE)
    return verdict


def _kinds(session: Session, *wanted: ColumnElement[bool], by_item: bool) -> list[_Kind]:
    alike = (
        select(
            deliveries.c.user_id,
            notifications.c.household_id,
            notifications.c.topic,
            notifications.c.event,
            deliveries.c.severity,
            deliveries.c.deferred,
            deliveries.c.state,
        )
        .join(notifications, notifications.c.id == deliveries.c.notification_id)
        .where(*wanted)
        .distinct()
    )
    if by_item:
        items = alike.add_columns(deliveries.c.item_id).subquery()
        alike = select(*items.c, *_places(items, *wanted)).outerjoin(_items, _items.c.id == items.c.item_id)
    return [_Kind(*row, by_item=by_item) for row in session.execute(alike)]


def _places(alike: Any, *wanted: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    """Return the columns that say where an item is; of one that was removed, where it was at last."""
    last = (
        select(notifications.c.payload)
        .join(deliveries, deliveries.c.notification_id == notifications.c.id)
        .where(*wanted, deliveries.c.item_id == alike.c.item_id)
        .order_by(deliveries.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return [
        case((_items.c.id.is_(None), type_coerce(last, JSON)["item"][name].as_string()), else_=column).label(
            name
        )
        for name, column in (("category", _items.c.category), ("location", _items.c.location))
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
