"""Throwing away what is old, a little at a time: no statement holds the writer for long."""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, delete, select, tuple_
from sqlalchemy.orm import Session

CHUNK = 1000


def delete_until(
    session: Session, moment: Column[datetime], until: datetime, *conditions: ColumnElement[bool]
) -> int:
    """Delete the rows of a column's table whose moment is not after `until`, and return how many.

    At most CHUNK of them, the oldest first; as many as that means that there may be more. A row that somebody
    else holds is left for the next time, so that two clocks never wait for each other.
    """
    target = moment.table
    keys = tuple_(*target.primary_key.columns)
    oldest = (
        select(*target.primary_key.columns)
        .where(moment <= until, *conditions)
        .order_by(moment)
        .limit(CHUNK)
        .with_for_update(skip_locked=True, of=target)
        .correlate(None)
    )
    deleted = delete(target).where(keys.in_(oldest)).returning(*target.primary_key.columns)
    return len(session.execute(deleted).all())
