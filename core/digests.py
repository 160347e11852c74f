"""Digests: what a household's day or week came to, for one of its members."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock, events, expiring, recipients, running_low, streams, usage, watching
from core.actors import Actor
from core.digest_changes import Happened
from core.digest_state import Digest
from core.errors import NotAllowed
from core.recipients import Recipient
from core.schedules import LastRun
from core.watching import Watched

T = TypeVar("T")

DAY, WEEK = timedelta(days=1), timedelta(days=7)
DAYS_OF_WEEKLY = 7
# What a list has at most: more nobody reads, and it is kept with each notification.
MOST = 50


def since_last(
    session: Session,
    to: Recipient,
    watched: Watched,
    *,
    day: date,
    weekly: bool,
    last: LastRun | None,
    through_seq: int,
) -> events.DigestGathered | None:
    """Return what happened since a person's last digest, through a number of the household's stream.

    `day` is the calendar day that it stands for: however late it runs, a week's figures are those of the
    seven days before that one. The first one is about a day or a week, at most since they joined. None when
    there is nothing to tell.
    """
    ends = clock.utcnow()
    if last is None:
        begins = max(ends - (WEEK if weekly else DAY), min(to.joined_at, ends))
        after_seq = streams.last_before(session, streams.of_household(to.household_id), begins)
    else:
        begins, after_seq = min(last.at, ends), last.through_seq
    last_day = day - DAY if weekly else None
    digest = gather(session, to, watched, begins, ends, after_seq, through_seq, last_day)
    return None if digest.is_empty else _event(to, digest)


def now(session: Session, who: Actor, household_id: UUID, *, weekly: bool = False) -> events.DigestGathered:
    """Return what the last 24 hours came to, or the last week, whatever was told of them. It writes nothing.

    Raises NotAllowed.
    """
    access.look(session, who, household_id)
    homes = {to.household_id: to for to in recipients.of_person(session, who.user_id)}
    to = homes.get(household_id)
    if to is None:
        raise NotAllowed(access.NO_MEMBER)
    ends, stream = clock.utcnow(), streams.of_household(household_id)
    through_seq = streams.positions(session, [stream])[stream].seq
    begins = ends - (WEEK if weekly else DAY)
    after_seq = streams.last_before(session, stream, begins)
    watched = watching.of_person(session, who.user_id)
    last_day = to.today - DAY if weekly else None
    return _event(to, gather(session, to, watched, begins, ends, after_seq, through_seq, last_day))


def gather(
    session: Session,
    to: Recipient,
    watched: Watched,
    begins: datetime,
    ends: datetime,
    after_seq: int,
    through_seq: int,
    last_day: date | None = None,
) -> Digest:
    """Return what a household's entries after one number, through another, came to, and how things stand.

    What was used and wasted is counted from `begins` until before `ends`; for a week, which has a
    `last_day`, by whole days, those of its chart, so that the two agree. What the person muted is in no list.
    """
    happened = Happened(to.user_id)
    stream = streams.of_household(to.household_id)
    happened.read(streams.read_between(session, stream, after_seq, through_seq))
    newest_first = [
        history
        for history in reversed(happened.items.values())
        if not watched.mutes(to.household_id, history.item.id, history.item.category, history.item.location)
    ]
    changes, more_changes = _cut(happened.changes(session, newest_first))
    if last_day is not None:
        counted = used_by_day(session, to, last_day - (DAYS_OF_WEEKLY - 1) * DAY, last_day)
    else:
        counted = used(session, to, begins, ends)
    return Digest(
        weekly=last_day is not None,
        begins=begins,
        ends=ends,
        changes=changes,
        more_changes=more_changes,
        joined=list(happened.joined.values()),
        left=list(happened.left.values()),
        **standing(session, to, watched),
        **counted,
    )


def standing(session: Session, to: Recipient, watched: Watched) -> dict[str, Any]:
    """Return how things stand, as fields of a Digest: what is low, and what expires."""
    low, more_low = _cut(running_low.of_recipient(session, to, watched))
    expires, more_expiring = _cut([one.item for one in expiring.of_recipient(session, to, watched)])
    return {"low": low, "more_low": more_low, "expiring": expires, "more_expiring": more_expiring}


def used(session: Session, to: Recipient, begins: datetime, ends: datetime) -> dict[str, Any]:
    """Return what was used from one moment until before another, as fields of a Digest."""
    now_used, used_before = usage.compare(session, to.household_id, begins, ends)
    return {"usage": now_used, "usage_before": used_before}


def used_by_day(session: Session, to: Recipient, first: date, last: date) -> dict[str, Any]:
    """Return what was used on the days from one to another, as fields of a Digest."""
    days = (last - first).days + 1
    begins, ends = usage.whole_days(last, days, to.timezone)
    by_day = list(usage.by_day(session, to.household_id, last, days, to.timezone))
    return {**used(session, to, begins, ends), "by_day": by_day}


def _cut(found: Sequence[T]) -> tuple[list[T], int]:
    return list(found[:MOST]), max(0, len(found) - MOST)


def _event(to: Recipient, digest: Digest) -> events.DigestGathered:
    return events.DigestGathered(
        at=digest.ends, household_id=to.household_id, household_name=to.household_name, digest=digest
    )
