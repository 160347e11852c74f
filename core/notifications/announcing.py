"""announce: from an event to what each person should be told, in the transaction of the change.

No I/O and no wording: the notification keeps the event, and each channel words it itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor, Face
from core.db import announce_after_commit, can_mail, table
from core.errors import AccountGone
from core.events import levels, severity, streams
from core.guards.access import Access
from core.models import (
    ChannelName,
    Chat,
    Delivery,
    DeliveryState,
    HouseholdPreference,
    Mailbox,
    Member,
    Notification,
    Preference,
    Topic,
)
from core.notifications import decisions, import_news
from core.notifications.decisions import Decision
from core.preferences import follows
from core.preferences.follows import Watched, Watching
from core.preferences.routing import Wishes

notifications = table(Notification)
deliveries = table(Delivery)
_preferences, _members = table(Preference), table(Member)
_chats, _mailboxes, _own = table(Chat), table(Mailbox), table(HouseholdPreference)

_people = select(
    _preferences.c.user_id,
    _preferences.c.topics,
    _preferences.c.routes,
    _own.c.topics.label("own_topics"),
    _own.c.routes.label("own_routes"),
    _preferences.c.in_app_enabled,
    _preferences.c.email_enabled,
    _preferences.c.telegram_enabled,
    _chats.c.id.label("chat_id"),
    _chats.c.suspended_reason,
    _mailboxes.c.id.label("mailbox_id"),
    _mailboxes.c.suspended_reason.label("mailbox_suspended"),
)
_people = (
    _people.outerjoin(_chats, _chats.c.user_id == _preferences.c.user_id)
    .outerjoin(_mailboxes, _mailboxes.c.user_id == _preferences.c.user_id)
    .outerjoin(
        _own,
        (_own.c.user_id == _preferences.c.user_id) & (_own.c.household_id == bindparam("household")),
    )
)
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
    events.MemberJoined: Topic.MEMBER_ACTIVITY,
    events.MemberLeft: Topic.MEMBER_ACTIVITY,
    events.MemberRoleChanged: Topic.MEMBER_ACTIVITY,
    events.HouseholdUpdated: Topic.MEMBER_ACTIVITY,
    events.ItemsExpiring: Topic.EXPIRATION,
    events.ShoppingReminded: Topic.SHOPPING_REMINDER,
}


def announce(
    session: Session,
    who: Actor,
    within: Access,
    *happened: events.Event,
    personal: Mapping[str, events.Event] | None = None,
    concerns: UUID | None = None,
) -> None:
    """Tell the household's stream and its members what one change came to.

    One change is one notification to a person: an alert says who did what, so it stands in for the
    activity behind it. Activity never goes to the one who acted. Alerts do, but not on the face where
    they acted, because its answer says so already. `personal` are events for people's own streams, of
    people who are not notified here: all those streams are locked together, in one order. The member whom
    the change `concerns` hears of it whatever they chose.
    """
    by_weight = _by_weight(happened)
    people = session.execute(_members_of, {"household": within.household_id}).all() if by_weight else ()
    item = next((event.item for event in happened if isinstance(event, events.ItemEvent)), None)
    watched = follows.of_item(session, within.household_id, item) if item is not None else {}
    made: list[Decision] = []
    for person in people:
        watch = watched.get(person.user_id, decisions.NOBODY)
        own = watch.min_quantity
        theirs = _by_weight(levels.for_minimum(happened, own)) if own is not None else by_weight
        if theirs:
            made += decisions.decide(person, who, theirs, concerns, watch)
    _carry_out(session, within.household_id, made, _broadcast(happened), personal or {})


def announce_import(
    session: Session,
    who: Actor,
    within: Access,
    summary: events.ItemsImported,
    happened: Sequence[Sequence[events.ItemEvent]],
) -> None:
    """Tell the household's stream what an import came to for each item, and its members a summary.

    A summary has what its person asked to hear of the items.
    """
    home = within.household_id
    people = session.execute(_members_of, {"household": home}).all()
    to_anybody = import_news.look(summary, happened, Watched(()))
    own = {
        user_id: import_news.look(summary, happened, watched)
        for user_id, watched in follows.of_household(session, home).items()
    }
    made: list[Decision] = []
    for person in people:
        news = own.get(person.user_id, to_anybody)
        by_weight = news.by_weight(Wishes.of(person))
        made += decisions.decide(person, who, by_weight, watching=news.watching)
    _carry_out(session, home, made, _broadcast([event for of_item in happened for event in of_item]))


def _broadcast(happened: Sequence[events.Event]) -> list[events.Event]:
    # Alerts are for the people who asked for them, not for every socket of the household.
    return [event for event in happened if not isinstance(event, events.LevelEvent)]


def announce_scheduled(
    session: Session,
    user_id: UUID,
    topic: Topic,
    event: events.ScheduledEvent,
    watch: Watching = decisions.NOBODY,
) -> None:
    """Tell one person what was sent at a time that they picked, about a household that they are in.

    Their stream is locked. `watch` is how they look at what it is about.
    """
    person = session.execute(_person, {"user": user_id, "household": event.household_id}).first()
    if person is not None:
        _carry_out(
            session, event.household_id, decisions.decide(person, None, [(topic, event)], watching=watch)
        )


def _by_weight(told: Sequence[events.Event]) -> list[tuple[Topic, events.Event]]:
    """Return what is news, under its topic: alerts come after the activity that caused them."""
    return [(TOPICS[type(event)], event) for event in reversed(told) if type(event) in TOPICS]


def announce_to(session: Session, user_id: UUID, event: events.Event, spared: Face | None = None) -> None:
    """Tell one person what happened to their account; `spared` is the face whose answer says so already.

    Raises AccountGone.
    """
    person = session.execute(_person, {"user": user_id, "household": None}).first()
    if person is None:
        raise AccountGone
    _carry_out(session, None, [Decision(person, Topic.ACCOUNT, event, spared=spared)])


def send_test(session: Session, who: Actor) -> None:
    """Tell somebody something on every channel that they switched on, so that they see whether it works."""
    streams.lock(session, streams.of_user(who.user_id))
    announce_to(session, who.user_id, events.TestSent(user_id=who.user_id, at=clock.utcnow()))


def _carry_out(
    session: Session,
    household_id: UUID | None,
    made: Sequence[Decision],
    broadcast: Sequence[events.Event] = (),
    personal: Mapping[str, events.Event] | None = None,
) -> None:
    now, mailing = clock.utcnow(), can_mail(session)
    told, outbox, inbox = [], [], dict(personal or {})
    # Many people are told of one event: it becomes JSON once.
    dumped = {id(event): events.dump(event) for event in {id(one.event): one.event for one in made}.values()}
    for decision in made:
        name, payload = dumped[id(decision.event)]
        notification_id = uuid4()
        told.append(
            {
                "id": notification_id,
                "user_id": decision.person.user_id,
                "household_id": household_id,
                "topic": decision.topic,
                "event": name,
                "payload": payload,
                "in_inbox": decision.in_inbox,
                "created_at": now,
            }
        )
        outbox += [
            _delivery(decision, notification_id, channel, mailing=mailing) for channel in decision.channels
        ]
        if decision.in_inbox:
            inbox[streams.of_user(decision.person.user_id)] = events.PersonNotified(
                notification_id=notification_id, topic=decision.topic, event=name, payload=payload, at=now
            )
    if household_id is None or not broadcast:
        streams.append_to_each(session, inbox)
    else:
        streams.append(session, streams.of_household(household_id), broadcast, inbox)
    if told:
        session.execute(_insert_notifications, told)
        session.execute(_insert_deliveries, outbox)
        announce_after_commit(session)


def _delivery(
    decision: Decision, notification_id: UUID, channel: ChannelName, *, mailing: bool
) -> dict[str, Any]:
    now, event, person = clock.utcnow(), decision.event, decision.person
    state, reason = decision.on(channel, mailing=mailing)
    return {
        "notification_id": notification_id,
        "user_id": person.user_id,
        "channel": channel,
        "chat_id": person.chat_id if channel is ChannelName.TELEGRAM else None,
        "mailbox_id": person.mailbox_id if channel is ChannelName.EMAIL else None,
        "item_id": event.item.id if isinstance(event, events.ItemEvent) else None,
        "actor_id": getattr(event, "user_id", None),
        "severity": severity.of(event),
        "state": state,
        "reason": reason,
        "dedupe_key": f"{notification_id}:{channel}",
        "due_at": now,
        "created_at": now,
        "settled_at": None if state is DeliveryState.PENDING else now,
    }
