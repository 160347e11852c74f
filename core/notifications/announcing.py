"""announce: from an event to what each person is told, within the change's transaction. No I/O or wording."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor, Face
from core.db import announce_after_commit, can_mail, table
from core.errors import AccountGone
from core.events import levels, severity, streams
from core.guards.access import Access
from core.models import ChannelName, Delivery, DeliveryState, Notification, Topic
from core.notifications import import_news
from core.notifications.decisions import CHANNELS, Decision, decide
from core.preferences import follows, recipients
from core.preferences.follows import Watched, Watching
from core.preferences.recipients import Listener, Recipient

notifications = table(Notification)
deliveries = table(Delivery)
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
    """Tell the household's stream and its members of one change.

    Each person gets one notification: an alert says who did what, so it replaces the activity behind it.
    Activity never goes to the person who acted. Alerts do, but not where they acted, because the answer there
    says so already. `personal` are events for the streams of people who are not notified here; all streams
    are locked together, in one order. The member that the change `concerns` hears of it whatever they chose.
    """
    made, mailing = list[Decision](), can_mail(session)
    if by_weight := _by_weight(happened):
        item = next((event.item for event in happened if isinstance(event, events.ItemEvent)), None)
        watched = follows.of_household(session, within.household_id, item) if item is not None else {}
        for person in recipients.of_household(session, within.household_id, watched):
            watching = person.watched.of(item) if item is not None else Watching()
            own = watching.min_quantity
            news = by_weight if own is None else _by_weight(levels.for_minimum(happened, own))
            acted_on = _acted_on(who, person)
            if news and person.user_id == concerns and acted_on is None:
                news = [(Topic.ACCOUNT, news[0][1])]
            if news:
                made += decide(person, news, mailing=mailing, level=watching.level, acted_on=acted_on)
    _carry_out(session, within.household_id, made, _broadcast(happened), personal or {})


def _acted_on(who: Actor, person: Listener) -> Face | None:
    return who.face if person.user_id == who.user_id else None


def announce_import(
    session: Session,
    who: Actor,
    within: Access,
    summary: events.ItemsImported,
    happened: Sequence[Sequence[events.ItemEvent]],
) -> None:
    """Put an import's events on the household's stream, and tell each member what they want to hear of it."""
    home, mailing = within.household_id, can_mail(session)
    to_anybody = import_news.look(summary, happened, Watched())
    made: list[Decision] = []
    for person in recipients.of_household(session, home, follows.of_household(session, home)):
        news = import_news.look(summary, happened, person.watched) if person.watched else to_anybody
        by_weight, level = news.by_weight(person.routing), news.watching.level
        made += decide(person, by_weight, mailing=mailing, level=level, acted_on=_acted_on(who, person))
    _carry_out(session, home, made, _broadcast([event for of_item in happened for event in of_item]))


def _broadcast(happened: Sequence[events.Event]) -> list[events.Event]:
    # Alerts are for the people who asked for them, not for every socket of the household.
    return [event for event in happened if not isinstance(event, events.LevelEvent)]


def announce_scheduled(
    session: Session, to: Recipient, topic: Topic, event: events.ScheduledEvent, level: str | None = None
) -> None:
    """Tell one person scheduled news of a household. Their stream is locked. `level`: how they watch it."""
    made = decide(to, [(topic, event)], mailing=can_mail(session), level=level)
    _carry_out(session, to.household_id, made)


def _by_weight(told: Sequence[events.Event]) -> list[tuple[Topic, events.Event]]:
    """Return the news with its topic; alerts come before the activity that caused them."""
    return [(TOPICS[type(event)], event) for event in reversed(told) if type(event) in TOPICS]


def announce_to(session: Session, user_id: UUID, event: events.Event, spared: Face | None = None) -> None:
    """Tell a person about their account, except on `spared`, where an answer says so. Raises AccountGone."""
    known = recipients.of_people(session, [user_id]).get(user_id)
    if known is None:
        raise AccountGone
    made = decide(known[0], [(Topic.ACCOUNT, event)], mailing=can_mail(session), acted_on=spared)
    _carry_out(session, None, made)


def send_test(session: Session, who: Actor) -> None:
    """Send a person a test on every channel that they switched on."""
    streams.lock(session, streams.of_user(who.user_id))
    announce_to(session, who.user_id, events.TestSent(user_id=who.user_id, at=clock.utcnow()))


def _carry_out(
    session: Session,
    household_id: UUID | None,
    made: Sequence[Decision],
    broadcast: Sequence[events.Event] = (),
    personal: Mapping[str, events.Event] | None = None,
) -> None:
    now = clock.utcnow()
    told, outbox, inbox = [], [], dict(personal or {})
    # Many people are told of one event: it becomes JSON once.
    dumped = {id(event): events.dump(event) for event in {id(one.event): one.event for one in made}.values()}
    for decision in made:
        name, payload = dumped[id(decision.event)]
        notification_id, user_id = uuid4(), decision.person.user_id
        told.append(
            {
                "id": notification_id,
                "user_id": user_id,
                "household_id": household_id,
                "topic": decision.topic,
                "event": name,
                "payload": payload,
                "in_inbox": decision.in_inbox,
                "created_at": now,
            }
        )
        outbox += _deliveries(decision, notification_id, now)
        if decision.in_inbox:
            inbox[streams.of_user(user_id)] = events.PersonNotified(
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


def _deliveries(decision: Decision, notification_id: UUID, now: datetime) -> list[dict[str, object]]:
    """Return a row for each channel. What has to wait is put off when it is claimed; see eligibility.hold."""
    event, person = decision.event, decision.person
    alike = {
        "notification_id": notification_id,
        "user_id": person.user_id,
        "item_id": event.item.id if isinstance(event, events.ItemEvent) else None,
        "actor_id": getattr(event, "user_id", None),
        "severity": severity.of(event),
        "due_at": now,
        "created_at": now,
    }
    rows = []
    for channel in CHANNELS:
        if channel not in decision.channels and channel not in decision.refusals:
            continue
        reason, place = decision.refusals.get(channel), person.places[channel].id
        # In the inbox it is told as soon as it is stored.
        told = DeliveryState.SENT if channel is ChannelName.IN_APP else DeliveryState.PENDING
        state = told if reason is None else DeliveryState.SKIPPED
        rows.append(
            {
                **alike,
                "channel": channel,
                "chat_id": place if channel is ChannelName.TELEGRAM else None,
                "mailbox_id": place if channel is ChannelName.EMAIL else None,
                "state": state,
                "reason": reason,
                "dedupe_key": f"{notification_id}:{channel}",
                "settled_at": None if state is DeliveryState.PENDING else now,
            }
        )
    return rows
