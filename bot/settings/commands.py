"""What people change in /settings. Each function is one transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from bot.settings.topic_view import Choice
from bot.settings.views import Overview
from bot.settings.words import choices
from core.actors import Actor
from core.delivery.chats import ActiveHousehold
from core.errors import Invalid
from core.events import streams
from core.guards import access
from core.models import ChannelName, ScheduleKind, Topic, When
from core.settings import household_preferences, preferences
from core.values.settings import NotificationSettings

COLUMNS = {
    ChannelName.TELEGRAM: "telegram_enabled",
    ChannelName.IN_APP: "in_app_enabled",
    ChannelName.EMAIL: "email_enabled",
}
ONE_DAY = "At least one day has to stay. To hear nothing, switch it off."


def overview(session: Session, who: Actor, household: ActiveHousehold | None) -> Overview:
    """Return what the main page shows."""
    own = household_preferences.get(session, who, household.id) if household else None
    return Overview(preferences.get(session, who), household, apart=own is not None and own.apart)


def choice(session: Session, who: Actor, household_id: UUID | None) -> Choice:
    """Return what somebody hears, in general or of a household. Raises NotAllowed."""
    settings = preferences.get(session, who)
    if household_id is None:
        return Choice(settings)
    within = access.look(session, who, household_id)
    return Choice(settings, within, household_preferences.get(session, who, household_id))


def set_topic(session: Session, who: Actor, household_id: UUID | None, topic: Topic, *, on: bool) -> Choice:
    """Switch a topic on or off. Raises NotAllowed."""
    _lock(session, who)
    before = choice(session, who, household_id)
    topics = [one for one in before.topics if one != topic] + ([topic] if on else [])
    return _put(session, who, household_id, topics=topics)


def set_route(
    session: Session, who: Actor, household_id: UUID | None, topic: Topic, channel: ChannelName, when: When
) -> Choice:
    """Say when news of a topic comes on a channel. Raises Invalid, NotAllowed."""
    if when not in choices(topic, channel):
        raise Invalid("That cannot wait for a digest. Switch it on or off.")
    _lock(session, who)
    return _put(session, who, household_id, routes={topic: {channel: when}})


def set_apart(session: Session, who: Actor, household_id: UUID, *, on: bool) -> Choice:
    """Give a household settings of its own, or take them away. Raises NotAllowed."""
    if on:
        household_preferences.put(session, who, household_id)
    else:
        household_preferences.reset(session, who, household_id)
    return choice(session, who, household_id)


def set_channel(session: Session, who: Actor, channel: ChannelName, *, on: bool) -> NotificationSettings:
    """Switch a channel on or off. Raises Invalid."""
    return preferences.change(session, who, {COLUMNS[channel]: on})


def set_schedule(
    session: Session, who: Actor, kind: ScheduleKind, values: Mapping[str, str | Sequence[int] | None]
) -> NotificationSettings:
    """Set the time or the weekdays of what is sent."""
    return preferences.change(session, who, {}, times={kind: values})


def set_day(session: Session, who: Actor, kind: ScheduleKind, day: int, *, on: bool) -> NotificationSettings:
    """Send something on a weekday, or not. Raises Invalid when none is left."""
    _lock(session, who)
    weekdays = _with(preferences.get(session, who).schedules[kind].weekdays, day, on=on)
    return set_schedule(session, who, kind, {"weekdays": weekdays})


def set_quiet_day(session: Session, who: Actor, day: int, *, on: bool) -> NotificationSettings:
    """Begin quiet hours on a weekday, or not. Raises Invalid when none is left."""
    _lock(session, who)
    quiet_days = _with(preferences.get(session, who).quiet_days, day, on=on)
    return preferences.change(session, who, {"quiet_days": quiet_days})


def _lock(session: Session, who: Actor) -> None:
    """Let nobody else change the person's settings until the commit."""
    streams.lock(session, streams.of_user(who.user_id))


def _put(
    session: Session,
    who: Actor,
    household_id: UUID | None,
    topics: Sequence[str] | None = None,
    routes: Mapping[str, Mapping[str, str | None]] | None = None,
) -> Choice:
    if household_id is None:
        preferences.change(session, who, {} if topics is None else {"topics": topics}, routes)
    else:
        household_preferences.put(session, who, household_id, topics, routes)
    return choice(session, who, household_id)


def _with(days: Sequence[int], day: int, *, on: bool) -> list[int]:
    after = sorted({*days, day} if on else {*days} - {day})
    if not after:
        raise Invalid(ONE_DAY)
    return after
