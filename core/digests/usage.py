"""How often a household used something or threw something away, without what was undone.

Periods are numbers of the household's stream: by the clock, what is committed late would fall into a period
that has been reported already.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core import clock, events
from core.db import table
from core.events import streams
from core.models import MovementKind, StockMovement, StreamEntry
from core.preferences.schedules import LastRun
from core.values.digests import DayUsage, Usage

entries, movements = table(StreamEntry), table(StockMovement)
_undoing = movements.alias("undoing")

ONE_DAY = timedelta(days=1)
NEWEST = 2**63 - 1
_of_payload = entries.c.payload
_kind, _item = _of_payload["kind"].as_string(), _of_payload["item"]
_moved = (
    select(
        entries.c.seq,
        _of_payload["at"].as_string().label("at"),
        _kind.label("kind"),
        _item["id"].as_string().label("item_id"),
        _item["version"].as_integer().label("version"),
    )
    .where(
        entries.c.stream_id == bindparam("stream"),
        entries.c.seq > bindparam("after"),
        entries.c.seq <= bindparam("through"),
        entries.c.type == events.StockMoved.__name__,
        _kind.in_((MovementKind.CONSUMED, MovementKind.WASTED)),
    )
    .order_by(entries.c.seq)
)
_undone = (
    select(movements.c.item_id, movements.c.item_version)
    .join(_undoing, _undoing.c.undoes == movements.c.id)
    .where(_undoing.c.household_id == bindparam("household"), _undoing.c.created_at >= bindparam("since"))
)


@dataclass(frozen=True)
class Use:
    """Something was used or thrown away; `seq` is its number in the household's stream."""

    seq: int
    at: datetime
    kind: str


def read(session: Session, household_id: UUID, after: int, through: int = NEWEST) -> Sequence[Use]:
    """Return the uses after one number of the household's stream up to another, without undone ones."""
    numbers = {"stream": streams.of_household(household_id), "after": after, "through": through}
    rows = session.execute(_moved, numbers).all()
    if not rows:
        return []
    since = min(datetime.fromisoformat(row.at) for row in rows)
    found = session.execute(_undone, {"household": household_id, "since": since})
    undone = {(row.item_id, row.item_version) for row in found}
    return [
        Use(row.seq, datetime.fromisoformat(row.at), row.kind)
        for row in rows
        if (UUID(row.item_id), row.version) not in undone
    ]


def count(uses: Iterable[Use]) -> Usage:
    """Count what was used and what was thrown away."""
    kinds = Counter(use.kind for use in uses)
    return Usage(kinds[MovementKind.CONSUMED], kinds[MovementKind.WASTED])


def by_day(
    uses: Iterable[Use], first: date, days: int, timezone: str, runs: Sequence[LastRun]
) -> list[DayUsage]:
    """Count by calendar day of an IANA zone, for `days` days from the first.

    `runs` are those that reported whole days. What was committed after a run counts for its day at the
    earliest, because the days before were reported already.
    """
    counts = Counter((max(clock.day_of(use.at, timezone), _earliest(use, runs)), use.kind) for use in uses)
    return [
        DayUsage(day, counts[day, MovementKind.CONSUMED], counts[day, MovementKind.WASTED])
        for day in (first + number * ONE_DAY for number in range(days))
    ]


def _earliest(use: Use, runs: Sequence[LastRun]) -> date:
    return max((run.day for run in runs if run.through_seq < use.seq), default=date.min)


def total(several: Iterable[Usage | DayUsage]) -> Usage:
    """Return the sum of several figures."""
    figures = list(several)
    return Usage(sum(one.used for one in figures), sum(one.wasted for one in figures))
