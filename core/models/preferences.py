"""What people want to hear, where, and when."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from core.models.base import Base, big, one_of, varchar

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


class When(StrEnum):
    """When news of a topic is sent on a channel: never, at once, or in the daily digest."""

    OFF = "off"
    NOW = "now"
    DIGEST = "digest"


class ScheduleKind(StrEnum):
    """What is sent at a time of the person's choice. The values are those of Topic."""

    EXPIRATION = "expiration"
    DAILY_EXPIRY_SUM = "dailyExpirySum"
    WEEKLY_INVENTORY_REPORT = "weeklyInventoryReport"
    SHOPPING_REMINDER = "shoppingReminder"


class Scope(StrEnum):
    """What a Watch is on: an item by id, or a category or location by folded name."""

    ITEM = "item"
    CATEGORY = "category"
    LOCATION = "location"


class WatchLevel(StrEnum):
    """follow: hear everything about it. mute: hear nothing."""

    FOLLOW = "follow"
    MUTE = "mute"


class Stage(StrEnum):
    """What is warned of, once each: expiring within the days of warning, on the last day, and expired."""

    WINDOW = "window"
    LAST_DAY = "last_day"
    EXPIRED = "expired"


class Preference(Base, table=True):
    __tablename__ = "preferences"
    __table_args__ = (
        CheckConstraint("expiration_warning_days BETWEEN 1 AND 30", name="expiration_warning_days"),
    )

    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True)
    email_enabled: bool = True
    in_app_enabled: bool = True
    telegram_enabled: bool = False
    expiration_warning_days: int = 3
    preferred_time: str = varchar(5, default="09:00")
    timezone: str = varchar(64)
    topics: list[str] = Field(sa_type=JSON)
    routes: dict[str, dict[str, str]] = Field(sa_type=JSON)
    """A When by topic and channel; `now` where there is none."""
    quiet_enabled: bool = False
    quiet_start: str = varchar(5, default="22:00")
    quiet_end: str = varchar(5, default="07:00")
    quiet_days: list[int] = Field(sa_type=JSON)
    """ISO weekdays on which quiet hours begin."""
    muted_until: datetime | None = None


class HouseholdPreference(Base, table=True):
    """One household's settings of a person, in place of their general ones."""

    __tablename__ = "household_preferences"
    __table_args__ = (
        ForeignKeyConstraint(
            ["household_id", "user_id"], ["members.household_id", "members.user_id"], ondelete="CASCADE"
        ),
    )

    user_id: UUID = Field(primary_key=True)
    household_id: UUID = Field(primary_key=True)
    topics: list[str] = Field(sa_type=JSON)
    routes: dict[str, dict[str, str]] = Field(sa_type=JSON)


class Watch(Base, table=True):
    """A person's own settings for an item, a category or a location."""

    __tablename__ = "watches"
    __table_args__ = (
        one_of("scope", Scope),
        one_of("level", WatchLevel),
        CheckConstraint(
            "level IS NOT NULL OR snoozed_until IS NOT NULL OR min_quantity IS NOT NULL", name="something"
        ),
        CheckConstraint("snoozed_until IS NULL OR scope = 'item'", name="snoozed_until_of_item"),
        CheckConstraint("min_quantity IS NULL OR scope = 'item'", name="min_quantity_of_item"),
        ForeignKeyConstraint(
            ["household_id", "user_id"], ["members.household_id", "members.user_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("user_id", "household_id", "scope", "target"),
        Index("ix_watches_household_scope", "household_id", "scope", "target"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID
    household_id: UUID
    scope: str = varchar(10)
    target: str = varchar(200)
    """An item's id, or a casefolded name."""
    level: str | None = varchar(10, default=None)
    until: datetime | None = None
    snoozed_until: datetime | None = None
    """Until then there is no news of the item, whatever its level."""
    min_quantity: int | None = big(default=None)
    """The person's own minimum, in thousandths."""


class Schedule(Base, table=True):
    """When something is sent to a person: a time of day in their zone, on some weekdays."""

    __tablename__ = "schedules"
    __table_args__ = (one_of("kind", ScheduleKind),)

    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True)
    kind: str = varchar(25, primary_key=True)
    time: str | None = varchar(5, default=None)
    """None: the person's preferred time."""
    weekdays: list[int] = Field(sa_type=JSON)
    """ISO weekdays, Monday is 1."""
    next_run_at: datetime | None = Field(default=None, index=True)
    """None while it is switched off."""


class ScheduledRun(Base, table=True):
    """What ran for a household on a person's calendar day, so that it runs once a day."""

    __tablename__ = "scheduled_runs"
    __table_args__ = (one_of("kind", ScheduleKind),)

    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True)
    household_id: UUID = Field(foreign_key="households.id", ondelete="CASCADE", primary_key=True, index=True)
    kind: str = varchar(25, primary_key=True)
    local_date: date = Field(primary_key=True)
    ran_at: datetime = Field(index=True)
    through_seq: int = big(default=0)
    """How far in the household's stream it got; the next run continues there."""


class ExpiryWarning(Base, table=True):
    """A warning that a person got about an item. With another date, there will be a new one."""

    __tablename__ = "expiry_warnings"
    __table_args__ = (one_of("stage", Stage),)

    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True)
    item_id: UUID = Field(foreign_key="items.id", ondelete="CASCADE", primary_key=True, index=True)
    stage: str = varchar(10, primary_key=True)
    expires: date = Field(primary_key=True)
    warned_at: datetime = Field(index=True)
