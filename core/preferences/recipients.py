"""People as recipients: what they want to hear, when, and where they can be reached.

The one read model of preferences, by which `core.notifications.verdict` decides.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core import clock
from core.db import table
from core.models import (
    ChannelName,
    Chat,
    Household,
    HouseholdPreference,
    Mailbox,
    Member,
    Preference,
    Schedule,
    ScheduleKind,
)
from core.models.preferences import EVERY_DAY
from core.preferences import follows
from core.preferences.follows import Watched
from core.preferences.quiet_hours import QuietHours
from core.preferences.recurrence import Times
from core.preferences.routing import Routing

_preferences, _own, _schedules = table(Preference), table(HouseholdPreference), table(Schedule)
_members, _households = table(Member), table(Household)
_chats, _mailboxes = table(Chat), table(Mailbox)

_places = (
    _chats.c.id.label("chat_id"),
    _chats.c.suspended_reason.label("chat_suspended"),
    _mailboxes.c.id.label("mailbox_id"),
    _mailboxes.c.suspended_reason.label("mailbox_suspended"),
)
_own_routing = (_own.c.topics.label("own_topics"), _own.c.routes.label("own_routes"))
_has_chat = _chats.c.user_id == _preferences.c.user_id
_has_mailbox = _mailboxes.c.user_id == _preferences.c.user_id
_is_member = _members.c.user_id == _preferences.c.user_id
_apart = (_own.c.user_id == _members.c.user_id) & (_own.c.household_id == _members.c.household_id)
# Every change of stock reads this of every member, so it takes no more than it must.
_listeners = (
    select(
        _preferences.c.user_id,
        _preferences.c.topics,
        _preferences.c.routes,
        _preferences.c.in_app_enabled,
        _preferences.c.telegram_enabled,
        _preferences.c.email_enabled,
        *_places,
        *_own_routing,
    )
    .select_from(_preferences)
    .join(_members, _is_member)
    .outerjoin(_chats, _has_chat)
    .outerjoin(_mailboxes, _has_mailbox)
    .outerjoin(_own, _apart)
    .where(_members.c.household_id == bindparam("household"))
)
_people = (
    select(
        *_preferences.c,
        _schedules.c.time.label("digest_time"),
        _schedules.c.weekdays.label("digest_days"),
        *_places,
        *_own_routing,
        _members.c.household_id,
        _members.c.joined_at,
        _households.c.name.label("household_name"),
        _households.c.timezone.label("household_timezone"),
    )
    .select_from(_preferences)
    .outerjoin(
        _schedules,
        (_schedules.c.user_id == _preferences.c.user_id)
        & (_schedules.c.kind == ScheduleKind.DAILY_EXPIRY_SUM),
    )
    .outerjoin(_chats, _has_chat)
    .outerjoin(_mailboxes, _has_mailbox)
    .outerjoin(_members, _is_member)
    .outerjoin(_households, _households.c.id == _members.c.household_id)
    .outerjoin(_own, _apart)
    .where(_preferences.c.user_id.in_(bindparam("users", expanding=True)))
    .order_by(_members.c.joined_at, _members.c.household_id)
)


@dataclass(frozen=True)
class Place:
    """Where a channel reaches somebody. `id` is that of the chat or mailbox, None if they have none."""

    enabled: bool
    id: UUID | None = None
    suspended: bool = False


@dataclass(frozen=True, kw_only=True)
class Listener:
    """One person: what they want to hear, and where. What an announcement needs to know of everybody."""

    user_id: UUID
    routing: Routing
    places: Mapping[ChannelName, Place]
    watched: Watched = field(default_factory=Watched)

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        """Return the person of a row; `more` are the fields that the row does not decide."""
        places = {
            ChannelName.IN_APP: Place(row.in_app_enabled),
            ChannelName.TELEGRAM: Place(row.telegram_enabled, row.chat_id, row.chat_suspended is not None),
            ChannelName.EMAIL: Place(row.email_enabled, row.mailbox_id, row.mailbox_suspended is not None),
        }
        return cls(user_id=row.user_id, places=places, **more)


@dataclass(frozen=True, kw_only=True)
class Person(Listener):
    """A person, what they want to hear in general, and when; times are in their zone."""

    quiet_hours: QuietHours
    muted_until: datetime | None
    digest: Times
    """When their daily digest is sent."""
    warning_days: int

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        return super().of(
            row,
            quiet_hours=QuietHours(
                row.quiet_enabled, row.quiet_start, row.quiet_end, row.quiet_days, row.timezone
            ),
            muted_until=row.muted_until,
            digest=Times(
                row.digest_time or row.preferred_time,
                EVERY_DAY if row.digest_days is None else row.digest_days,
                row.timezone,
            ),
            warning_days=row.expiration_warning_days,
            **{"routing": Routing(row.topics, row.routes), **more},
        )


@dataclass(frozen=True, kw_only=True)
class Recipient(Person):
    """A person as a member of one household: `routing` is what they want to hear of it."""

    household_id: UUID
    household_name: str
    timezone: str
    """The household's."""
    joined_at: datetime
    apart: bool
    """They have settings of their own for it, in place of the general ones."""

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        return super().of(
            row,
            routing=_routing(row),
            household_id=row.household_id,
            household_name=row.household_name,
            timezone=row.household_timezone,
            joined_at=row.joined_at,
            apart=row.own_topics is not None,
            **more,
        )

    @property
    def today(self) -> date:
        """The household's calendar day."""
        return clock.today(self.timezone)


def _routing(row: Any) -> Routing:
    """Return what somebody wants to hear of a household: their choice for it, or their general one."""
    if row.own_topics is not None:
        return Routing(row.own_topics, row.own_routes)
    return Routing(row.topics, row.routes)


def of_household(session: Session, household_id: UUID, watched: Mapping[UUID, Watched]) -> Sequence[Listener]:
    """Return the members of a household; `watched` says by person what they watch there."""
    nothing = Watched()
    return [
        Listener.of(row, routing=_routing(row), watched=watched.get(row.user_id, nothing))
        for row in session.execute(_listeners, {"household": household_id})
    ]


def of_people(
    session: Session, user_ids: Collection[UUID]
) -> Mapping[UUID, tuple[Person, Mapping[UUID, Recipient]]]:
    """Return people in general and as members of households, in the order of joining, without watches."""
    found: dict[UUID, tuple[Person, dict[UUID, Recipient]]] = {}
    for row in session.execute(_people, {"users": list(user_ids)}):
        _, homes = found.setdefault(row.user_id, (Person.of(row), {}))
        if row.household_id is not None:
            homes[row.household_id] = Recipient.of(row)
    return found


def of_person(session: Session, user_id: UUID) -> Sequence[Recipient]:
    """Return a person as a member of each of their households, in the order of joining."""
    watched = follows.of_person(session, user_id)
    _, homes = of_people(session, [user_id]).get(user_id, (None, {}))
    return [replace(to, watched=watched) for to in homes.values()]
