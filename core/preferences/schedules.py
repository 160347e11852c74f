"""Schedules: when each kind of thing is sent to a person, and claiming what is due.

A schedule is in local time, and its next run is stored as a moment. Whoever moves that on has the run.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from core import clock, pruning
from core.db import fetch_all, finds, table, upsert
from core.events import streams
from core.models import Preference, Schedule, ScheduledRun, ScheduleKind, Watch, WatchLevel, When
from core.models.preferences import EVERY_DAY
from core.preferences import recipients, recurrence
from core.preferences.recurrence import Run, Times
from core.values.settings import ScheduleState

schedules, runs = table(Schedule), table(ScheduledRun)
_preferences, _watches = table(Preference), table(Watch)

DEFAULT_WEEKDAYS: Mapping[ScheduleKind, Sequence[int]] = {
    ScheduleKind.EXPIRATION: EVERY_DAY,
    ScheduleKind.DAILY_EXPIRY_SUM: EVERY_DAY,
    ScheduleKind.WEEKLY_INVENTORY_REPORT: [1],
    ScheduleKind.SHOPPING_REMINDER: [6],
}
# Warnings always come at the preferred time.
CHOOSABLE = tuple(kind for kind in ScheduleKind if kind is not ScheduleKind.EXPIRATION)
BATCH = 500
# As long as the streams keep what is counted from run to run.
KEPT = streams.KEPT
# Something that is switched on again after this long starts over.
FORGOTTEN = {
    kind: timedelta(days=8 if kind is ScheduleKind.WEEKLY_INVENTORY_REPORT else 2) for kind in ScheduleKind
}

_of_person = (
    select(*schedules.c, _preferences.c.preferred_time, _preferences.c.timezone)
    .join(_preferences, _preferences.c.user_id == schedules.c.user_id)
    .where(schedules.c.user_id == bindparam("user"))
)
_of_kind = _of_person.where(schedules.c.kind == bindparam("kind"))
_move = (
    update(schedules)
    .where(schedules.c.user_id == bindparam("user"), schedules.c.kind == bindparam("of_kind"))
    .values(next_run_at=bindparam("runs_at"))
)
_claim = _move.where(schedules.c.next_run_at == bindparam("pending")).returning(schedules.c.user_id)
_last_runs = (
    select(
        runs.c.household_id,
        func.max(runs.c.local_date).label("day"),
        func.max(runs.c.ran_at).label("at"),
        func.max(runs.c.through_seq).label("through_seq"),
    )
    .where(runs.c.user_id == bindparam("user"), runs.c.kind == bindparam("kind"))
    .group_by(runs.c.household_id)
)
_history = (
    select(runs.c.local_date, runs.c.ran_at, runs.c.through_seq)
    .where(
        runs.c.user_id == bindparam("user"),
        runs.c.household_id == bindparam("household"),
        runs.c.kind == bindparam("kind"),
    )
    .order_by(runs.c.local_date)
)
_order = (schedules.c.next_run_at, schedules.c.user_id, schedules.c.kind)
_due = select(*_order).where(schedules.c.next_run_at <= bindparam("now")).order_by(*_order).limit(BATCH)
_due_of = select(schedules.c.kind).where(
    schedules.c.user_id == bindparam("user"), schedules.c.next_run_at <= bindparam("now")
)
_follows = (
    select(_watches.c.id)
    .where(_watches.c.user_id == bindparam("user"), _watches.c.level == WatchLevel.FOLLOW)
    .limit(1)
)


@dataclass(frozen=True)
class DueSchedule:
    """A schedule whose time has come."""

    next_run_at: datetime
    user_id: UUID
    kind: str


@dataclass(frozen=True)
class LastRun:
    """The newest run of a kind in a household; `through_seq` is how far in its stream the run reported."""

    day: date
    at: datetime
    through_seq: int


@dataclass(frozen=True)
class Due:
    """A claimed run, for a calendar day in the person's zone.

    `last_runs` are the runs before it by household, and `next_run_at` is when the next one is planned.
    """

    user_id: UUID
    kind: ScheduleKind
    local_date: date
    last_runs: Mapping[UUID, LastRun]
    next_run_at: datetime | None


def create(session: Session, user_id: UUID) -> None:
    """Give a new account its schedules; `plan` says when they run."""
    weekdays = DEFAULT_WEEKDAYS.items()
    rows = [{"user_id": user_id, "kind": kind, "weekdays": list(days)} for kind, days in weekdays]
    session.execute(insert(schedules), rows)


def of_person(session: Session, user_id: UUID) -> dict[str, ScheduleState]:
    """Return a person's schedules by kind."""
    rows = session.execute(_of_person, {"user": user_id})
    return {
        row.kind: ScheduleState(row.time or row.preferred_time, row.weekdays, follows=row.time is None)
        for row in rows
    }


def change(session: Session, user_id: UUID, given: Mapping[str, Mapping[str, object]]) -> None:
    """Change the time or weekdays of schedules; a time of None is the preferred time. `plan` comes after."""
    for kind, values in given.items():
        if values:
            session.execute(
                update(schedules)
                .where(schedules.c.user_id == user_id, schedules.c.kind == kind)
                .values(**values)
            )


def plan(session: Session, user_id: UUID) -> None:
    """Store when each of a person's schedules runs next. Comes after any change that affects it."""
    now, wanted = clock.utcnow(), _wanted(session, user_id)
    for row in session.execute(_of_person, {"user": user_id}).all():
        if row.kind not in wanted:
            runs_at = None
        else:
            if row.next_run_at is None:
                _forget_old(session, user_id, row.kind)
            last = _newest(last_runs(session, user_id, row.kind).values())
            times = Times(row.time or row.preferred_time, row.weekdays, row.timezone)
            runs_at = recurrence.plan(times, now, row.next_run_at, last)
        session.execute(_move, {"user": user_id, "of_kind": row.kind, "runs_at": runs_at})


def _newest(of_households: Iterable[LastRun]) -> Run | None:
    found = list(of_households)
    return Run(max(one.day for one in found), max(one.at for one in found)) if found else None


def _forget_old(session: Session, user_id: UUID, kind: str) -> None:
    """Forget runs from before a person switched a kind off: what has happened since is not news."""
    old = runs.c.ran_at <= clock.utcnow() - FORGOTTEN[ScheduleKind(kind)]
    session.execute(delete(runs).where(runs.c.user_id == user_id, runs.c.kind == kind, old))


def _wanted(session: Session, user_id: UUID) -> set[str]:
    """Return the kinds that a person wants anywhere; the daily one also carries what is routed to it."""
    person, homes = recipients.of_people(session, [user_id])[user_id]
    choices = [person.routing, *(to.routing for to in homes.values())]
    wanted = {topic for choice in choices for topic in choice.topics}
    routes = (channels for choice in choices for channels in choice.routes.values())
    if any(When.DIGEST in channels.values() for channels in routes):
        wanted.add(ScheduleKind.DAILY_EXPIRY_SUM)
    # Following something includes warnings that it expires.
    if session.execute(_follows, {"user": user_id}).first() is not None:
        wanted.add(ScheduleKind.EXPIRATION)
    return wanted


def follow_zone(session: Session, user_id: UUID, timezone: str) -> None:
    """Convert the newest run of each kind to a day of the new zone, and forget earlier ones.

    Days of another zone mean nothing in the new one: after a flight from east to west, nothing would be sent
    for up to three days.
    """
    newest = session.execute(
        select(runs.c.household_id, runs.c.kind, func.max(runs.c.ran_at).label("ran_at"))
        .where(runs.c.user_id == user_id)
        .group_by(runs.c.household_id, runs.c.kind)
    ).all()
    for run in newest:
        same = (runs.c.user_id == user_id, runs.c.household_id == run.household_id, runs.c.kind == run.kind)
        session.execute(delete(runs).where(*same, runs.c.ran_at < run.ran_at))
        local_date = clock.day_of(run.ran_at, timezone)
        session.execute(update(runs).where(*same).values(local_date=local_date))


def due(session: Session, after: DueSchedule | None = None) -> Sequence[DueSchedule]:
    """Return up to BATCH schedules that are due after `after`, the oldest first. Cheap, and takes no lock."""
    query = _due
    if after is not None:
        query = query.where(tuple_(*_order) > (after.next_run_at, after.user_id, after.kind))
    return fetch_all(session, query, DueSchedule, {"now": clock.utcnow()})


def due_of(session: Session, user_id: UUID) -> set[str]:
    """Return which kinds are due for a person, as far as can be seen without a lock."""
    return set(session.execute(_due_of, {"user": user_id, "now": clock.utcnow()}).scalars())


def claim(session: Session, user_id: UUID, kind: str) -> Due | None:
    """Move a schedule on and return this run, or None if there is none or somebody else has it.

    Of several missed runs only the newest runs. The person's stream is locked before the schedule.
    """
    streams.lock(session, streams.of_user(user_id))
    row = session.execute(_of_kind, {"user": user_id, "kind": kind}).first()
    now = clock.utcnow()
    if row is None or row.next_run_at is None or row.next_run_at > now:
        return None
    times = Times(row.time or row.preferred_time, row.weekdays, row.timezone)
    wanted = kind in _wanted(session, user_id)
    day = recurrence.day_of_run(times, now, row.next_run_at) if wanted else None
    before = last_runs(session, user_id, kind)
    last = _newest(before.values())
    if day is not None and (last is None or last.day < day):
        last = Run(day, now)
    runs_at = recurrence.plan(times, now, last=last) if wanted else None
    following = {"user": user_id, "of_kind": kind, "pending": row.next_run_at, "runs_at": runs_at}
    if session.execute(_claim, following).first() is None or day is None:
        return None
    return Due(user_id, ScheduleKind(kind), day, before, runs_at)


def enter(session: Session, run: Due, household_id: UUID, through_seq: int) -> bool:
    """Enter a run in the ledger. Return False if it has one for that day."""
    entry = upsert(session, runs).values(
        user_id=run.user_id,
        household_id=household_id,
        kind=run.kind,
        local_date=run.local_date,
        ran_at=clock.utcnow(),
        through_seq=through_seq,
    )
    return finds(session, entry.on_conflict_do_nothing().returning(runs.c.user_id))


def last_runs(session: Session, user_id: UUID, kind: str) -> dict[UUID, LastRun]:
    """Return the newest run of a kind in each of a person's households that had one."""
    rows = session.execute(_last_runs, {"user": user_id, "kind": kind})
    return {row.household_id: LastRun(row.day, row.at, row.through_seq) for row in rows}


def history(session: Session, user_id: UUID, household_id: UUID, kind: str) -> list[LastRun]:
    """Return the known runs of a kind in one of a person's households, the oldest first."""
    wanted = {"user": user_id, "household": household_id, "kind": kind}
    return fetch_all(session, _history, LastRun, wanted)


def prune(session: Session) -> int:
    """Delete old runs, except the newest of each kind, which says how far it reported; return how many."""
    newer = runs.alias("newer")
    later = select(newer.c.user_id).where(
        newer.c.user_id == runs.c.user_id,
        newer.c.household_id == runs.c.household_id,
        newer.c.kind == runs.c.kind,
        newer.c.local_date > runs.c.local_date,
    )
    return pruning.delete_old(session, runs.c.ran_at, KEPT, later.exists())
