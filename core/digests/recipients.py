"""Who is sent something at their time, household by household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core import clock
from core.db import table
from core.models import ChannelName, Household, HouseholdPreference, Member, Preference
from core.preferences.routing import Wishes

_members, _households = table(Member), table(Household)
_preferences, _own = table(Preference), table(HouseholdPreference)

_of_person = (
    select(
        _members.c.household_id,
        _households.c.name,
        _households.c.timezone,
        _members.c.joined_at,
        _preferences.c.expiration_warning_days,
        _preferences.c.topics,
        _preferences.c.routes,
        _own.c.topics.label("own_topics"),
        _own.c.routes.label("own_routes"),
    )
    .join(_households, _households.c.id == _members.c.household_id)
    .join(_preferences, _preferences.c.user_id == _members.c.user_id)
    .outerjoin(
        _own,
        (_own.c.user_id == _members.c.user_id) & (_own.c.household_id == _members.c.household_id),
    )
    .where(_members.c.user_id == bindparam("user"))
    .order_by(_members.c.joined_at, _members.c.household_id)
)


@dataclass(frozen=True)
class Recipient:
    """A person as a member of one household: `timezone` is the household's."""

    user_id: UUID
    household_id: UUID
    household_name: str
    timezone: str
    joined_at: datetime
    warning_days: int
    wishes: Wishes

    @property
    def today(self) -> date:
        """The household's calendar day."""
        return clock.today(self.timezone)

    def refuses(self, topic: str, level: str | None = None) -> bool:
        """Say whether the person wants a kind of news of this household on no channel at all."""
        return all(self.wishes.refusal(topic, channel, level) for channel in ChannelName)


def of_person(session: Session, user_id: UUID) -> Sequence[Recipient]:
    """Return somebody as a member of each of their households, the one that they joined first at the top."""
    return [
        Recipient(
            user_id=user_id,
            household_id=row.household_id,
            household_name=row.name,
            timezone=row.timezone,
            joined_at=row.joined_at,
            warning_days=row.expiration_warning_days,
            wishes=Wishes.of(row),
        )
        for row in session.execute(_of_person, {"user": user_id})
    ]
