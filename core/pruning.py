"""Deleting old rows a few at a time, so that no statement holds the writer for long."""

from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, delete, select, tuple_
from sqlalchemy.orm import Session

from core import clock

CHUNK = 1000


def delete_old(
    session: Session, moment: Column[datetime], kept: timedelta, *conditions: ColumnElement[bool]
) -> int:
    """Delete up to CHUNK rows, the oldest first, whose moment is at least `kept` ago, and return how many.

    Locked rows are left for the next run, so that two clocks never wait for each other.
    """
    target = moment.table
    keys = tuple_(*target.primary_key.columns)
    oldest = (
        select(*target.primary_key.columns)
        .where(moment <= clock.utcnow() - kept, *conditions)
        .order_by(moment)
        .limit(CHUNK)
        .with_for_update(skip_locked=True, of=target)
        .correlate(None)
    )
    deleted = delete(target).where(keys.in_(oldest)).returning(*target.primary_key.columns)
    return len(session.execute(deleted).all())
