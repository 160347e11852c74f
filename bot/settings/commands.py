"""What the buttons of /settings change. Each function is one transaction."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from bot.settings.callbacks import (
    SetApart,
    SetChannel,
    SetDay,
    SetPreferredTime,
    SetQuiet,
    SetQuietDay,
    SetQuietTime,
    SetRoute,
    SetTime,
    SetTopic,
    SetWarning,
)
from bot.settings.topic_view import Choice
from bot.settings.words import COLUMNS, choices
from core.actors import Actor
from core.errors import Invalid
from core.events import streams
from core.guards import access
from core.settings import household_preferences, preferences

ONE_DAY = "At least one day has to stay. To hear nothing, switch it off."
GeneralChange: TypeAlias = SetChannel | SetPreferredTime | SetQuiet | SetQuietTime | SetQuietDay | SetWarning
Change: TypeAlias = SetTopic | SetRoute | SetApart | SetTime | SetDay | GeneralChange


def choice(session: Session, who: Actor, household_id: UUID | None) -> Choice:
    """Return what somebody hears, in general or about a household. Raises NotAllowed."""
    settings = preferences.get(session, who)
    if household_id is None:
        return Choice(settings)
    within = access.look(session, who, household_id)
    return Choice(settings, within, household_preferences.get(session, who, household_id))


def change(session: Session, who: Actor, pressed: Change) -> None:
    """Set what a button carries. Raises Invalid, NotAllowed."""
    # Nobody else changes the person's settings until the commit.
    streams.lock(session, streams.of_user(who.user_id))
    match pressed:
        case SetTopic():
            others = [one for one in choice(session, who, pressed.household).topics if one != pressed.topic]
            _put(session, who, pressed.household, topics=[*others, *([pressed.topic] if pressed.on else [])])
        case SetRoute():
            if pressed.when not in choices(pressed.topic, pressed.channel):
                raise Invalid("That cannot wait for a digest. Switch it on or off.")
            _put(session, who, pressed.household, routes={pressed.topic: {pressed.channel: pressed.when}})
        case SetApart(on=True):
            household_preferences.put(session, who, pressed.household)
        case SetApart():
            household_preferences.reset(session, who, pressed.household)
        case SetTime():
            preferences.change(session, who, {}, times={pressed.kind: {"time": pressed.time}})
        case SetDay():
            schedule = preferences.get(session, who).schedules[pressed.kind]
            weekdays = _weekdays(schedule.weekdays, pressed)
            preferences.change(session, who, {}, times={pressed.kind: {"weekdays": weekdays}})
        case _:
            preferences.change(session, who, _columns(session, who, pressed))


def _put(
    session: Session,
    who: Actor,
    household_id: UUID | None,
    topics: Sequence[str] | None = None,
    routes: Mapping[str, Mapping[str, str | None]] | None = None,
) -> None:
    if household_id is None:
        preferences.change(session, who, {} if topics is None else {"topics": topics}, routes)
    else:
        household_preferences.put(session, who, household_id, topics, routes)


def _columns(session: Session, who: Actor, pressed: GeneralChange) -> Mapping[str, object]:
    match pressed:
        case SetChannel():
            return {COLUMNS[pressed.channel]: pressed.on}
        case SetPreferredTime():
            return {"preferred_time": pressed.time}
        case SetQuiet():
            return {"quiet_enabled": pressed.on}
        case SetQuietTime():
            return {f"quiet_{pressed.edge}": pressed.time}
        case SetQuietDay():
            return {"quiet_days": _weekdays(preferences.get(session, who).quiet_days, pressed)}
        case SetWarning():
            return {"expiration_warning_days": pressed.days}


def _weekdays(before: Sequence[int], pressed: SetDay | SetQuietDay) -> list[int]:
    """Return the days with the one that was pressed, or without it. Raises Invalid if none is left."""
    others = {*before} - {pressed.day}
    if not (others or pressed.on):
        raise Invalid(ONE_DAY)
    return sorted({*others, pressed.day} if pressed.on else others)
