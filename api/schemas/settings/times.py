"""Quiet hours, and the times of regular messages."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StrictBool

from api.schemas.base import Body, Out
from api.schemas.fields import TimeOfDay, Weekdays
from core.preferences.schedules import CHOOSABLE
from core.values.settings import ScheduleState

SomeWeekdays = Annotated[Weekdays, Field(min_length=1)]


class QuietHoursBody(Body):
    """What is left out, or null, stays as it was. `days` are the days on which they begin."""

    enabled: StrictBool | None = None
    start: TimeOfDay | None = None
    end: TimeOfDay | None = None
    days: SomeWeekdays | None = None

    def columns(self) -> dict[str, object]:
        """Return the columns that were sent."""
        return {f"quiet_{name}": value for name, value in self.model_dump(exclude_none=True).items()}


class ScheduleBody(Body):
    """What is left out stays as it was. A `time` of null follows the preferred time."""

    time: TimeOfDay | None = None
    weekdays: SomeWeekdays | None = None


class SchedulesBody(Body):
    model_config = ConfigDict(extra="forbid")

    daily_expiry_sum: ScheduleBody = ScheduleBody()
    weekly_inventory_report: ScheduleBody = ScheduleBody()
    shopping_reminder: ScheduleBody = ScheduleBody()

    def given(self) -> dict[str, dict[str, object]]:
        """Return the columns that were sent, by kind of schedule."""
        sent = self.model_dump(by_alias=True, exclude_unset=True)
        return {kind: _changes(schedule) for kind, schedule in sent.items()}


def _changes(schedule: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in schedule.items() if name == "time" or value is not None}


class QuietHoursOut(Out):
    """`days` are the ISO weekdays on which they begin."""

    enabled: bool = Field(validation_alias="quiet_enabled")
    start: str = Field(validation_alias="quiet_start")
    end: str = Field(validation_alias="quiet_end")
    days: list[int] = Field(validation_alias="quiet_days")


class ScheduleOut(Out):
    """`time` is null if it follows the preferred time."""

    time: str | None
    weekdays: list[int]

    @classmethod
    def of(cls, schedule: ScheduleState) -> Self:
        return cls(time=None if schedule.follows else schedule.time, weekdays=list(schedule.weekdays))


def schedules_of(schedules: Mapping[str, ScheduleState]) -> dict[str, ScheduleOut]:
    """Return the schedules that people can change, by kind."""
    return {kind.value: ScheduleOut.of(schedules[kind]) for kind in CHOOSABLE if kind in schedules}
