"""Who may still be told: asked when a message is made, not when the thing happened.

Nothing goes to somebody who left, unlinked or switched it off a moment ago; each delivery says why.
"""

from typing import Any

from sqlalchemy import JSON, ColumnElement, and_, case, select, type_coerce, update
from sqlalchemy.orm import Session

from core import clock, events
from core.db import table
from core.delivery.destinations import Route
from core.models import (
    ChannelName,
    Delivery,
    DeliveryState,
    HouseholdPreference,
    Item,
    Member,
    Notification,
    Preference,
    Topic,
    WatchLevel,
)
from core.preferences import follows
from core.preferences.follows import Watched
from core.preferences.routing import Wishes

deliveries, notifications = table(Delivery), table(Notification)
_preferences, _members, _items = table(Preference), table(Member), table(Item)
_own = table(HouseholdPreference)

_IMPORT = events.ItemsImported.__name__


def skip_refused(session: Session, route: Route, destination: Any, *wanted: ColumnElement[bool]) -> None:
    """Skip those of the wanted deliveries that their person may not, or does not want to, hear any more."""
    watched = follows.of_person(session, destination.user_id)
    for kind in _kinds(session, route, *wanted, by_item=bool(watched)):
        reason = (
            not_entitled(route, kind, destination)
            or _not_wanted(route, kind, destination, watched)
            or _unreadable(kind)
        )
        if reason is None:
            continue
        of_kind = select(notifications.c.id).where(
            notifications.c.user_id == kind.user_id,
            notifications.c.topic == kind.topic,
            notifications.c.event == kind.event,
            notifications.c.household_id.is_not_distinct_from(kind.household_id),
        )
        of_item = (deliveries.c.item_id.is_not_distinct_from(kind.item_id),) if watched else ()
        session.execute(
            update(deliveries)
            .where(*wanted, *of_item, deliveries.c.notification_id.in_(of_kind))
            .values(state=DeliveryState.SKIPPED, reason=reason, settled_at=clock.utcnow())
        )


def refusal_of_frozen(
    session: Session, route: Route, destination: Any, message_id: Any, *, ask_wishes: bool
) -> str | None:
    """Say why a frozen message may not go out any more, if so: its person may not see something in it.

    With `ask_wishes` also when they do not want to hear it any more.
    """
    watched = follows.of_person(session, destination.user_id) if ask_wishes else Watched(())
    kinds = _kinds(session, route, deliveries.c.message_id == message_id, by_item=bool(watched))
    if not kinds:
        # What it was about was deleted.
        return "deleted"
    for kind in kinds:
        reason = not_entitled(route, kind, destination)
        if reason is None and ask_wishes:
            reason = _not_wanted(route, kind, destination, watched)
        if reason is not None:
            return reason
    return None


def _kinds(session: Session, route: Route, *wanted: ColumnElement[bool], by_item: bool = False) -> list[Any]:
    """Return what decides about deliveries, once for all that it decides alike."""
    alike = (
        select(
            deliveries.c.user_id,
            notifications.c.household_id,
            notifications.c.topic,
            notifications.c.event,
            *([deliveries.c.item_id] if by_item else []),
        )
        .join(notifications, notifications.c.id == deliveries.c.notification_id)
        .where(*wanted)
        .distinct()
        .subquery()
    )
    place = and_(_members.c.household_id == alike.c.household_id, _members.c.user_id == alike.c.user_id)
    own = and_(_own.c.household_id == alike.c.household_id, _own.c.user_id == alike.c.user_id)
    query = (
        select(
            *alike.c,
            _members.c.role,
            route.enabled.label("enabled"),
            _preferences.c.topics,
            _preferences.c.routes,
            _own.c.topics.label("own_topics"),
            _own.c.routes.label("own_routes"),
            *(_places(alike, *wanted) if by_item else ()),
        )
        .select_from(alike)
        .join(_preferences, _preferences.c.user_id == alike.c.user_id)
        .outerjoin(_members, place)
        .outerjoin(_own, own)
    )
    if by_item:
        query = query.outerjoin(_items, _items.c.id == alike.c.item_id)
    return list(session.execute(query))


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


def not_entitled(route: Route, kind: Any, destination: Any) -> str | None:
    """Say why the destination may not be told at all any more, if so: it holds for what is frozen, too."""
    to_stranger = destination.user_id is None and _is_letter(route, kind)
    if destination.user_id != kind.user_id and not to_stranger:
        return "not_linked"
    return "not_a_member" if kind.household_id is not None and kind.role is None else None


def _not_wanted(route: Route, kind: Any, destination: Any, watched: Watched) -> str | None:
    """Say why the person would rather not be told any more, if so."""
    letter = _is_letter(route, kind)
    if destination.suspended_reason is not None and not (letter and destination.user_id is not None):
        return route.suspended
    if letter:
        return None
    if not kind.enabled:
        return "channel_off"
    level = None
    if watched:
        level = _level(kind, watched)
    return Wishes.of(kind).refusal(kind.topic, route.channel, level)


def _level(kind: Any, watched: Watched) -> str | None:
    """Return how the person watches what a kind of news is about."""
    if kind.item_id is None and (kind.topic == Topic.EXPIRATION or kind.event == _IMPORT):
        # One of these is about several items: whoever asked for none of it is told of what they follow.
        return WatchLevel.FOLLOW if watched.follows_in(kind.household_id) else None
    return watched.at(kind.household_id, kind.item_id, kind.category, kind.location).level


def _is_letter(route: Route, kind: Any) -> bool:
    return route.channel is ChannelName.EMAIL and events.is_letter(kind.event)


def _unreadable(kind: Any) -> str | None:
    return None if events.is_known(kind.event) else "unreadable"
