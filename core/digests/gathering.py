"""Digests: a household's day or week, for one of its members."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.digests import standing, usage
from core.digests.digest_changes import Happened
from core.errors import NotAllowed
from core.events import streams
from core.guards import access
from core.inventory.statistics import midnight
from core.models import ScheduleKind, WatchLevel
from core.preferences import recipients, schedules
from core.preferences.recipients import Recipient
from core.preferences.schedules import LastRun
from core.values.digests import DayUsage, Digest, Usage

DAY, WEEK = timedelta(days=1), timedelta(days=7)
DAYS_OF_WEEKLY = 7
# Something may have happened this much before the day that it counts for: zones are that far apart.
LATEST = timedelta(days=2)


def since_last(
    session: Session, to: Recipient, *, day: date, weekly: bool, last: LastRun | None, through_seq: int
) -> events.DigestGathered | None:
    """Return what happened since a person's last digest, up to a number in the household's stream.

    `day` is the calendar day that it is for: however late it runs, a week's figures are those of the seven
    days before. The first digest covers a day or a week, but nothing from before the person joined. None if
    there is nothing to tell.
    """
    ends = clock.utcnow()
    if last is None:
        begins = max(ends - (WEEK if weekly else DAY), min(to.joined_at, ends))
        after_seq = streams.last_before(session, streams.of_household(to.household_id), begins)
    else:
        begins, after_seq = min(last.at, ends), last.through_seq
    digest = gather(session, to, begins, ends, after_seq, through_seq)
    if weekly:
        digest = _of_whole_days(session, to, digest, day)
    if digest.is_empty:
        return None
    return _event(to, replace(digest, usage_before=used_before(session, to, digest)))


def now(session: Session, who: Actor, household_id: UUID, *, weekly: bool = False) -> events.DigestGathered:
    """Return a digest of the last 24 hours or the last week. Writes nothing. Raises NotAllowed."""
    access.look(session, who, household_id)
    homes = {to.household_id: to for to in recipients.of_person(session, who.user_id)}
    to = homes.get(household_id)
    if to is None:
        raise NotAllowed(access.NO_MEMBER)
    ends, stream = clock.utcnow(), streams.of_household(household_id)
    through_seq = streams.positions(session, [stream])[stream].seq
    begins = ends - (WEEK if weekly else DAY)
    after_seq = streams.last_before(session, stream, begins)
    digest = gather(session, to, begins, ends, after_seq, through_seq)
    if weekly:
        digest = _of_whole_days(session, to, digest, to.today)
        return _event(to, replace(digest, usage_before=used_before(session, to, digest)))
    before = usage.read(session, household_id, streams.last_before(session, stream, begins - DAY), after_seq)
    return _event(to, replace(digest, usage_before=usage.count(before)))


def gather(
    session: Session, to: Recipient, begins: datetime, ends: datetime, after_seq: int, through_seq: int
) -> Digest:
    """Return what happened between two numbers of a stream, and what is low or expires now, unless muted."""
    happened = Happened(to.user_id)
    stream = streams.of_household(to.household_id)
    happened.read(streams.read_between(session, stream, after_seq, through_seq))
    newest_first = [
        history
        for history in reversed(happened.items.values())
        if to.watched.of(history.item).level != WatchLevel.MUTE
    ]
    changes, more_changes = standing.cut(happened.changes(session, newest_first))
    return Digest(
        weekly=False,
        begins=begins,
        ends=ends,
        changes=changes,
        more_changes=more_changes,
        joined=list(happened.joined.values()),
        left=list(happened.left.values()),
        usage=usage.count(usage.read(session, to.household_id, after_seq, through_seq)),
        after_seq=after_seq,
        **standing.of_recipient(session, to),
    )


def _of_whole_days(session: Session, to: Recipient, digest: Digest, day: date) -> Digest:
    """Return a digest as a weekly one, with the figures of the seven days before `day`."""
    by_day = _used_by_day(session, to, day - DAYS_OF_WEEKLY * DAY, DAYS_OF_WEEKLY)
    return replace(digest, weekly=True, usage=usage.total(by_day), by_day=by_day)


def used_before(session: Session, to: Recipient, digest: Digest) -> Usage | None:
    """Return the usage of an equally long period before that of a digest, or None if it is no longer kept."""
    days, begins = len(digest.by_day), digest.begins - (digest.ends - digest.begins)
    first = digest.by_day[0].day - days * DAY if days else None
    if first is not None:
        begins = midnight(first, to.timezone)
    if digest.after_seq is None or begins < clock.utcnow() - streams.KEPT:
        return None
    if first is not None:
        return usage.total(_used_by_day(session, to, first, days))
    # If a digest ended at about that time, both count the same.
    runs = schedules.history(session, to.user_id, to.household_id, ScheduleKind.DAILY_EXPIRY_SUM)
    ended = [run.through_seq for run in runs if abs(run.at - begins) < (digest.ends - digest.begins) / 2]
    stream = streams.of_household(to.household_id)
    before_seq = ended[-1] if ended else streams.last_before(session, stream, begins)
    return usage.count(usage.read(session, to.household_id, before_seq, digest.after_seq))


def _used_by_day(session: Session, to: Recipient, first: date, days: int) -> list[DayUsage]:
    # What was committed late is older than the day that it counts for.
    earlier = midnight(first - LATEST, to.timezone)
    after_seq = streams.last_before(session, streams.of_household(to.household_id), earlier)
    uses = usage.read(session, to.household_id, after_seq)
    runs = schedules.history(session, to.user_id, to.household_id, ScheduleKind.WEEKLY_INVENTORY_REPORT)
    return usage.by_day(uses, first, days, to.timezone, runs)


def _event(to: Recipient, digest: Digest) -> events.DigestGathered:
    return events.DigestGathered(
        at=digest.ends, household_id=to.household_id, household_name=to.household_name, digest=digest
    )
