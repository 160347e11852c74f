"""announce: from an event to what each person should be told, in the transaction of the change.

No I/O and no wording: the notification keeps the event, and each channel words it itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from core import channels, clock, events, streams
from core.access import Access
from core.actors import Actor, Face
from core.db import announce_after_commit, table
from core.models import ChannelName, Chat, Delivery, DeliveryState, Member, Notification, Preference, Topic

notifications = table(Notification)
deliveries = table(Delivery)
_preferences, _members, _chats = table(Preference), table(Member), table(Chat)

_people = select(
    _preferences.c.user_id,
    _preferences.c.topics,
    _preferences.c.in_app_enabled,
    _preferences.c.email_enabled,
    _preferences.c.telegram_enabled,
    _chats.c.id.label("chat_id"),
    _chats.c.suspended_reason,
).outerjoin(_chats, _chats.c.user_id == _preferences.c.user_id)
_members_of = _people.join(_members, _members.c.user_id == _preferences.c.user_id).where(
    _members.c.household_id == bindparam("household")
)
_person = _people.where(_preferences.c.user_id == bindparam("user"))
_insert_notifications = insert(notifications)
_insert_deliveries = insert(deliveries)

TOPICS: dict[type[Any], Topic] = {
    events.StockRanLow: Topic.LOW_STOCK,
    events.StockRanOut: Topic.LOW_STOCK,
    events.StockRecovered: Topic.LOW_STOCK,
    events.ItemAdded: Topic.MEMBER_ACTIVITY,
    events.ItemUpdated: Topic.MEMBER_ACTIVITY,
    events.StockMoved: Topic.MEMBER_ACTIVITY,
    events.ItemRemoved: Topic.MEMBER_ACTIVITY,
    events.ItemsImported: Topic.MEMBER_ACTIVITY,
    events.MemberJoined: Topic.MEMBER_ACTIVITY,
    events.MemberLeft: Topic.MEMBER_ACTIVITY,
    events.MemberRoleChanged: Topic.MEMBER_ACTIVITY,
    events.HouseholdUpdated: Topic.MEMBER_ACTIVITY,
}
_ALWAYS = frozenset({Topic.ACCOUNT})


def announce(
    session: Session,
    who: Actor,
    within: Access,
    *happened: events.Event,
    personal: Mapping[str, events.Event] | None = None,
    concerns: UUID | None = None,
    summary: events.Event | None = None,
) -> None:
    """Tell the household's stream and its members what one change came to.

    One change is one notification to a person: an alert says who did what, so it stands in for the
    activity behind it. Activity never goes to the one who acted. Alerts do, but not on the face where
    they acted, because its answer says so already. `personal` are events for people's own streams, of
    people who are not notified here: all those streams are locked together, in one order. The member whom
    the change `concerns` hears of it whatever they chose. A `summary` is told in place of the events
    themselves, which only the stream gets.
    """
    # Alerts are for the people who asked for them, not for every socket of the household.
    broadcast = [event for event in happened if not isinstance(event, events.LevelEvent)]
    # Alerts come after the activity that caused them; the last one that a person asked for is told.
    told = (summary,) if summary is not None else happened
    by_weight = [(topic, event) for event in reversed(told) for topic in _topics(event)]
    plans = []
    for person in session.execute(_members_of, {"household": within.household_id}) if by_weight else ():
        acted = person.user_id == who.user_id
        for topic, event in by_weight:
            if person.user_id == concerns and not acted:
                plans.append(_Plan(person, Topic.ACCOUNT, event, spared=None))
                break
            if topic in person.topics and not (acted and topic is Topic.MEMBER_ACTIVITY):
                plans.append(_Plan(person, topic, event, spared=who.face if acted else None))
                break
    _notify(session, within.household_id, plans, broadcast, personal or {})


def _topics(event: events.Event) -> Sequence[Topic]:
    """Return the topics under which an event is news, the weightiest first."""
    if isinstance(event, events.ItemsImported) and event.ran_low:
        return (Topic.LOW_STOCK, Topic.MEMBER_ACTIVITY)
    topic = TOPICS.get(type(event))
    return (topic,) if topic is not None else ()


def announce_to(session: Session, user_id: UUID, event: events.Event, spared: Face | None = None) -> None:
    """Tell one person what happened to their account; `spared` is the face whose answer says so already."""
    person = session.execute(_person, {"user": user_id}).one()
    _notify(session, None, [_Plan(person, Topic.ACCOUNT, event, spared)])


@dataclass(frozen=True)
class _Plan:
    person: Any
    """A row of `_people`."""
    topic: Topic
    event: events.Event
    spared: Face | None

    @property
    def in_inbox(self) -> bool:
        if self.topic in _ALWAYS:
            return True
        return bool(self.person.in_app_enabled) and self.spared is not Face.WEB


def _notify(
    session: Session,
    household_id: UUID | None,
    plans: Sequence[_Plan],
    broadcast: Sequence[events.Event] = (),
    personal: Mapping[str, events.Event] | None = None,
) -> None:
    now = clock.utcnow()
    told, outbox, inbox = [], [], dict(personal or {})
    # Many people are told of one event: it becomes JSON once.
    dumped = {id(event): events.dump(event) for event in {id(p.event): p.event for p in plans}.values()}
    for plan in plans:
        name, payload = dumped[id(plan.event)]
        notification_id = uuid4()
        told.append(
            {
                "id": notification_id,
                "user_id": plan.person.user_id,
                "household_id": household_id,
                "topic": plan.topic,
                "event": name,
                "payload": payload,
                "in_inbox": plan.in_inbox,
                "created_at": now,
            }
        )
        outbox += [_delivery(plan, notification_id, channel) for channel in _channels(plan)]
        if plan.in_inbox:
            inbox[streams.of_user(plan.person.user_id)] = events.PersonNotified(
                notification_id=notification_id, topic=plan.topic, event=name, payload=payload, at=now
            )
    if household_id is None:
        streams.append_to_each(session, inbox)
    else:
        streams.append(session, streams.of_household(household_id), broadcast, inbox)
    if told:
        session.execute(_insert_notifications, told)
    if outbox:
        session.execute(_insert_deliveries, outbox)
        announce_after_commit(session)


def _channels(plan: _Plan) -> list[ChannelName]:
    """Return the channels that the person asked for, the inbox row standing for itself."""
    wanted = []
    if plan.in_inbox:
        wanted.append(ChannelName.IN_APP)
    if plan.person.telegram_enabled and plan.spared is not Face.TELEGRAM:
        wanted.append(ChannelName.TELEGRAM)
    if plan.person.email_enabled and plan.topic not in _ALWAYS:
        wanted.append(ChannelName.EMAIL)
    return wanted


def _delivery(plan: _Plan, notification_id: UUID, channel: ChannelName) -> dict[str, Any]:
    state, reason = DeliveryState.PENDING, None
    if channel is ChannelName.IN_APP:
        state = DeliveryState.SENT
    elif channel not in channels.DISPATCHED:
        state, reason = DeliveryState.SKIPPED, "channel_unavailable"
    elif plan.person.chat_id is None:
        state, reason = DeliveryState.SKIPPED, "not_linked"
    elif plan.person.suspended_reason is not None:
        state, reason = DeliveryState.SKIPPED, "chat_suspended"
    now = clock.utcnow()
    return {
        "notification_id": notification_id,
        "user_id": plan.person.user_id,
        "channel": channel,
        "chat_id": plan.person.chat_id if channel is ChannelName.TELEGRAM else None,
        "state": state,
        "reason": reason,
        "dedupe_key": f"{notification_id}:{channel}",
        "due_at": now,
        "created_at": now,
        "settled_at": None if state is DeliveryState.PENDING else now,
    }
