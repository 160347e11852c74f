"""How many times a household used something, and threw something away; what was undone aside."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from core import clock
from core.db import table
from core.digest_state import DayUsage, Usage
from core.models import MovementKind, StockMovement
from core.statistics import midnight, stands

movements = table(StockMovement)

ONE_DAY = timedelta(days=1)
_at, _kind = movements.c.created_at, movements.c.kind
_within = (
    movements.c.household_id == bindparam("household"),
    _at >= bindparam("begins"),
    _at < bindparam("ends"),
    _kind.in_((MovementKind.CONSUMED, MovementKind.WASTED)),
    stands,
)
_is_late = _at >= bindparam("middle")
_counted = select(
    *(
        func.count(case((and_(when, _kind == kind), 1)))
        for when in (_is_late, ~_is_late)
        for kind in (MovementKind.CONSUMED, MovementKind.WASTED)
    )
).where(*_within)
_moments = select(_at, _kind).where(*_within)


def compare(session: Session, household_id: UUID, begins: datetime, ends: datetime) -> tuple[Usage, Usage]:
    """Count what was from `begins` until before `ends`, and in as long a time before it."""
    before = begins - (ends - begins)
    parameters = {"household": household_id, "begins": before, "middle": begins, "ends": ends}
    counts = tuple(session.execute(_counted, parameters).one())
    return Usage(*counts[:2]), Usage(*counts[2:])


def whole_days(last: date, days: int, timezone: str) -> tuple[datetime, datetime]:
    """Return when so many days of an IANA zone begin, and when the last of them ends."""
    return midnight(last - (days - 1) * ONE_DAY, timezone), midnight(last + ONE_DAY, timezone)


def by_day(session: Session, household_id: UUID, last: date, days: int, timezone: str) -> Sequence[DayUsage]:
    """Count by calendar day of an IANA zone, for so many days until the last one."""
    first = last - (days - 1) * ONE_DAY
    begins, ends = whole_days(last, days, timezone)
    rows = session.execute(_moments, {"household": household_id, "begins": begins, "ends": ends})
    counts = Counter((clock.day_of(row.created_at, timezone), row.kind) for row in rows)
    return [
        DayUsage(day, counts[day, MovementKind.CONSUMED], counts[day, MovementKind.WASTED])
        for day in (first + number * ONE_DAY for number in range(days))
    ]
