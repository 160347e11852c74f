"""Schedules: when each kind of thing is sent to a person, and claiming what is due.

A schedule is local time; its next run is stored as a moment. Whoever moves that on has the run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core import clock, streams, timing
from core.db import table, upsert
from core.models import (
    HouseholdPreference,
    Preference,
    Schedule,
    ScheduledRun,
    ScheduleKind,
    When,
)
from core.models.preferences import EVERY_DAY
from core.notification_settings import ScheduleState

schedules, runs = table(Schedule), table(ScheduledRun)
_preferences, _own = table(Preference), table(HouseholdPreference)

DEFAULT_WEEKDAYS: Mapping[ScheduleKind, Sequence[int]] = {
    ScheduleKind.EXPIRATION: EVERY_DAY,
    ScheduleKind.DAILY_EXPIRY_SUM: EVERY_DAY,
    ScheduleKind.WEEKLY_INVENTORY_REPORT: [1],
    ScheduleKind.SHOPPING_REMINDER: [6],
}
# The time of warnings is the preferred time itself.
CHOOSABLE = tuple(kind for kind in ScheduleKind if kind is not ScheduleKind.EXPIRATION)
_BATCH = 500

_of_person = (
    select(*schedules.c, _preferences.c.preferred_time, _preferences.c.timezone)
    .join(_preferences, _preferences.c.user_id == schedules.c.user_id)
    .where(schedules.c.user_id == bindparam("user"))
)
_due = (
    select(schedules.c.user_id, schedules.c.kind)
    .where(schedules.c.next_run_at <= bindparam("now"))
    .order_by(schedules.c.next_run_at, schedules.c.user_id)
    .limit(_BATCH)
)


@dataclass(frozen=True)
class Due:
    """A run that was claimed: it stands for a calendar day in its person's zone."""

    user_id: UUID
    kind: ScheduleKind
    local_date: date
    timezone: str


def create(session: Session, user_id: UUID) -> None:
    """Give a new account its schedules; `plan` says when they run."""
    rows = [
        {"user_id": user_id, "kind": kind, "time": None, "weekdays": list(weekdays), "next_run_at": None}
        for kind, weekdays in DEFAULT_WEEKDAYS.items()
    ]
    session.execute(insert(schedules), rows)


def of_person(session: Session, user_id: UUID) -> dict[str, ScheduleState]:
    """Return a person's schedules by kind."""
    rows = session.execute(_of_person, {"user": user_id})
    return {
        row.kind: ScheduleState(row.time or row.preferred_time, row.weekdays, follows=row.time is None)
        for row in rows
    }


def change(session: Session, user_id: UUID, given: Mapping[str, Mapping[str, Any]]) -> None:
    """Change the time or weekdays of schedules; a time of None is the preferred time. `plan` comes after."""
    for kind, values in given.items():
        if values:
            session.execute(
                update(schedules)
                .where(schedules.c.user_id == user_id, schedules.c.kind == kind)
                .values(**values)
            )


def plan(session: Session, user_id: UUID) -> None:
    """Write down when each of a person's schedules runs next, after anything that decides it changed."""
    now, wanted = clock.utcnow(), _wanted(session, user_id)
    for row in session.execute(_of_person, {"user": user_id}).all():
        runs_at = timing.next_run(now, row.time or row.preferred_time, row.weekdays, row.timezone)
        session.execute(
            update(schedules)
            .where(schedules.c.user_id == user_id, schedules.c.kind == row.kind)
            .values(next_run_at=runs_at if row.kind in wanted else None)
        )


def _wanted(session: Session, user_id: UUID) -> set[str]:
    """Return the kinds that a person wants anywhere; the daily one also carries what is routed to it."""
    general = session.execute(
        select(_preferences.c.topics, _preferences.c.routes).where(_preferences.c.user_id == user_id)
    ).all()
    own = session.execute(select(_own.c.topics, _own.c.routes).where(_own.c.user_id == user_id)).all()
    choices = [*general, *own]
    wanted = {topic for row in choices for topic in row.topics}
    routed = any(
        when == When.DIGEST
        for row in choices
        for channels in row.routes.values()
        for when in channels.values()
    )
    return wanted | ({ScheduleKind.DAILY_EXPIRY_SUM} if routed else set())


def follow_zone(session: Session, user_id: UUID, timezone: str) -> None:
    """Read the newest run of each kind as a day of the person's new zone, and forget those before it.

    Days of another zone say nothing of the new one: a person who flew east to west would be told nothing
    for up to three days.
    """
    newest = session.execute(
        select(runs.c.household_id, runs.c.kind, func.max(runs.c.ran_at).label("ran_at"))
        .where(runs.c.user_id == user_id)
        .group_by(runs.c.household_id, runs.c.kind)
    ).all()
    for run in newest:
        same = (
            runs.c.user_id == user_id,
            runs.c.household_id == run.household_id,
            runs.c.kind == run.kind,
        )
        session.execute(delete(runs).where(*same, runs.c.ran_at < run.ran_at))
        local_date = clock.day_of(run.ran_at, timezone)
        session.execute(update(runs).where(*same).values(local_date=local_date))


def due(session: Session) -> Sequence[tuple[UUID, str]]:
    """Return whose schedules of which kind are due, the oldest first: a cheap look that takes no lock."""
    rows = session.execute(_due, {"now": clock.utcnow()})
    return [(row.user_id, row.kind) for row in rows]


def claim(session: Session, user_id: UUID, kind: str) -> Due | None:
    """Move a schedule on and return the run that this is; None when there is none, or somebody else has it.

    Of several that were missed only the newest runs. The person's stream is locked before the schedule is.
    """
    streams.lock(session, streams.of_user(user_id))
    row = session.execute(_of_person.where(schedules.c.kind == kind), {"user": user_id}).first()
    now = clock.utcnow()
    if row is None or row.next_run_at is None or row.next_run_at > now:
        return None
    time = row.time or row.preferred_time
    moved = session.execute(
        update(schedules)
        .where(
            schedules.c.user_id == user_id,
            schedules.c.kind == kind,
            schedules.c.next_run_at == row.next_run_at,
        )
        .values(next_run_at=timing.next_run(now, time, row.weekdays, row.timezone))
        .returning(schedules.c.user_id)
    ).first()
    latest = timing.latest_run(now, time, row.weekdays, row.timezone)
    if moved is None or latest is None or latest[1] < row.next_run_at:
        return None
    return Due(user_id, ScheduleKind(kind), latest[0], row.timezone)


def enter(session: Session, run: Due, household_id: UUID, through_seq: int) -> bool:
    """Enter a run in the ledger; False when one of that day is in it already."""
    entered = session.execute(
        upsert(session, runs)
        .values(
            user_id=run.user_id,
            household_id=household_id,
            kind=run.kind,
            local_date=run.local_date,
            ran_at=clock.utcnow(),
            through_seq=through_seq,
        )
        .on_conflict_do_nothing()
        .returning(runs.c.user_id)
    ).first()
    return entered is not None


def last_seq(session: Session, user_id: UUID, household_id: UUID, kind: str) -> int | None:
    """Return how far in the household's stream the last run of a kind told; None before the first."""
    found: int | None = session.execute(
        select(func.max(runs.c.through_seq)).where(
            runs.c.user_id == user_id, runs.c.household_id == household_id, runs.c.kind == kind
        )
    ).scalar()
    return found


def prune(session: Session) -> int:
    """Forget runs of long ago and return how many; the newest of each kind stays, it says how far it told."""
    newer = runs.alias("newer")
    later = select(newer.c.user_id).where(
        newer.c.user_id == runs.c.user_id,
        newer.c.household_id == runs.c.household_id,
        newer.c.kind == runs.c.kind,
        newer.c.local_date > runs.c.local_date,
    )
    old = runs.c.ran_at <= clock.utcnow() - streams.KEPT
    gone = session.execute(delete(runs).where(old, later.exists()).returning(runs.c.user_id))
    return len(gone.all())
