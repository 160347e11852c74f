"""What would have been sent at the times that a person chose: warnings, reminders and digests."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from core import clock, events
from core.digests import expiry_warnings
from core.models import ScheduleKind, Stage, Topic
from core.preferences.recipients import Recipient
from core.preferences.recurrence import Times
from core.settings.preview.material import Material
from core.settings.preview.news import Happening
from core.values.digests import Digest, ExpiringItem, OpenList
from core.values.settings import NotificationSettings
from core.wording.style import NAMED

ONE_DAY = timedelta(days=1)
PERIODS = {ScheduleKind.DAILY_EXPIRY_SUM: ONE_DAY, ScheduleKind.WEEKLY_INVENTORY_REPORT: 7 * ONE_DAY}


def news(kept: Material, settings: NotificationSettings) -> Iterator[Happening]:
    """Return what runs at the times of these settings, of each household that has something to tell."""
    for kind in ScheduleKind:
        for run in _runs(kept, settings, kind):
            for home in kept.homes.values():
                event = _event(kept, settings, home, kind, run) if run >= home.joined_at else None
                if event is not None:
                    yield Happening(run, home.household_id, [(Topic(kind), event)])


def _runs(kept: Material, settings: NotificationSettings, kind: ScheduleKind) -> Iterator[datetime]:
    schedule = settings.schedules[kind]
    times = Times(schedule.time, schedule.weekdays, settings.timezone)
    run = times.next_run(kept.begins)
    while run is not None and run <= kept.ends:
        yield run
        run = times.next_run(run)


def _event(
    kept: Material, settings: NotificationSettings, home: Recipient, kind: ScheduleKind, run: datetime
) -> events.Event | None:
    match kind:
        case ScheduleKind.EXPIRATION:
            return _warning(kept, home, run, settings.expiration_warning_days)
        case ScheduleKind.SHOPPING_REMINDER:
            return _reminder(kept, home, run)
    return _digest(kept, home, run, PERIODS[kind], settings.expiration_warning_days)


def _warning(kept: Material, home: Recipient, run: datetime, window: int) -> events.Event | None:
    yesterday, today, tomorrow = (
        clock.day_of(run + number * ONE_DAY, home.timezone) for number in (-1, 0, 1)
    )

    def is_new(item: Any) -> bool:
        """Return whether an item reached a stage of expiring since the day before."""
        if item.created_at > run:
            return False
        stage = _stage(item.expires, today, tomorrow, window)
        known = item.created_at <= run - ONE_DAY and stage == _stage(item.expires, yesterday, today, window)
        return stage is not None and not known

    here = _here(kept.items, home)
    due = [item for item in here if item.expires is not None and item.quantity and is_new(item)]
    if not due:
        return None
    told = [
        ExpiringItem(one.id, one.name, one.quantity, one.unit, one.location, (one.expires - today).days)
        for one in due
    ]
    return expiry_warnings.event(home, told, run)


def _stage(expires: date, today: date, tomorrow: date, window: int) -> Stage | None:
    days = (expires - today).days
    return expiry_warnings.stage_of(days, (tomorrow - today).days) if days <= window else None


def _reminder(kept: Material, home: Recipient, run: datetime) -> events.Event | None:
    lists: dict[Any, list[Any]] = {}
    for entry in _here(kept.to_buy, home):
        if entry.added_at <= run and (entry.completed_at is None or entry.completed_at > run):
            lists.setdefault(entry.list_id, []).append(entry)
    shown = [
        OpenList(list_id, entries[0].list_name, len(entries), [entry.name for entry in entries[:NAMED]])
        for list_id, entries in lists.items()
    ]
    if not shown:
        return None
    return events.ShoppingReminded(
        at=run, household_id=home.household_id, household_name=home.household_name, lists=shown
    )


def _digest(
    kept: Material, home: Recipient, run: datetime, period: timedelta, window: int
) -> events.Event | None:
    begins = run - period
    changed = any(one.household_id == home.household_id and begins < one.at <= run for one in kept.news)
    last = clock.day_of(run, home.timezone) + timedelta(days=window)
    standing = any(
        item.created_at <= run and (item.scarce or (item.expires is not None and item.expires <= last))
        for item in _here(kept.items, home)
    )
    if not changed and not standing:
        return None
    return events.DigestGathered(
        at=run,
        household_id=home.household_id,
        household_name=home.household_name,
        digest=Digest(weekly=period > ONE_DAY, begins=begins, ends=run),
    )


def _here(rows: Sequence[Any], home: Recipient) -> Iterator[Any]:
    return (row for row in rows if row.household_id == home.household_id)
