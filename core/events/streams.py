"""Streams of events, which are read on from a cursor.

The writing transaction raises `seq`, so within a stream it is gapless and in commit order.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, insert, or_, select, update
from sqlalchemy import delete as sql_delete
from sqlalchemy.orm import Session

from core import clock, events
from core.db import announce_after_commit, fetch_all, table
from core.models import Stream, StreamEntry

streams = table(Stream)
entries = table(StreamEntry)

# A client that reconnects later must read everything again.
KEPT = timedelta(days=30)

_lock = select(streams.c.seq).where(streams.c.id == bindparam("stream")).with_for_update()
_raise = (
    update(streams)
    .where(streams.c.id.in_(bindparam("streams", expanding=True)))
    .values(seq=streams.c.seq + bindparam("by"))
    .returning(streams.c.id, streams.c.seq)
)
# PostgreSQL locks rows in the order in which it finds them. Sorted, two households that share members cannot
# deadlock.
_sorted = (
    select(streams.c.id)
    .where(streams.c.id.in_(bindparam("streams", expanding=True)))
    .order_by(streams.c.id)
    .with_for_update()
    .cte("sorted")
)
_raise_sorted = (
    update(streams)
    .where(streams.c.id == _sorted.c.id)
    .values(seq=streams.c.seq + bindparam("by"))
    .returning(streams.c.id, streams.c.seq)
)
_insert = insert(entries)
_PAGE = 500
_between = (
    select(entries.c.seq, entries.c.type, entries.c.payload)
    .where(
        entries.c.stream_id == bindparam("stream"),
        entries.c.seq > bindparam("after"),
        entries.c.seq <= bindparam("through"),
    )
    .order_by(entries.c.seq)
    .limit(_PAGE)
)
# Faster than max(): this goes back from the newest until one is old enough.
_last_before = (
    select(entries.c.seq)
    .where(entries.c.stream_id == bindparam("stream"), entries.c.created_at < bindparam("moment"))
    .order_by(entries.c.seq.desc())
    .limit(1)
)
_Numbered: TypeAlias = tuple[str, int, events.Event]
"""An event with its stream and its number there."""


@dataclass(frozen=True)
class Position:
    """How far a stream has got. Numbers of different epochs cannot be compared."""

    epoch: str
    seq: int


@dataclass(frozen=True)
class Entry:
    stream: str
    epoch: str
    seq: int
    type: str
    payload: dict[str, Any]

    @property
    def event(self) -> events.Event:
        return events.load(self.type, self.payload)


def of_household(household_id: UUID) -> str:
    return f"household:{household_id}"


def of_user(user_id: UUID) -> str:
    return f"user:{user_id}"


def is_personal(stream: str) -> bool:
    """Return whether a stream is a person's, not a household's."""
    return stream.startswith("user:")


def create(session: Session, stream: str) -> None:
    session.execute(insert(streams).values(id=stream, epoch=secrets.token_hex(8), seq=0))


def delete(session: Session, stream: str) -> None:
    """Delete a stream with its entries; its readers notice that it is gone."""
    session.execute(sql_delete(streams).where(streams.c.id == stream))


def lock(session: Session, stream: str) -> None:
    """Wait for the stream's other writers: only the holder of the lock may change its household."""
    session.execute(_lock, {"stream": stream})


def lock_owner(session: Session, owner: Select[UUID]) -> None:
    """Lock the stream of the person that a query finds, if any. Comes before locking what they own."""
    user_id = session.execute(owner).scalar()
    if user_id is not None:
        lock(session, of_user(user_id))


def append(
    session: Session,
    stream: str,
    happened: Sequence[events.Event],
    personal: Mapping[str, events.Event] | None = None,
) -> None:
    """Append events to one stream, in order, and then one event to each of several others."""
    _add(session, [*_number(session, stream, happened), *_number_each(session, personal or {})])


def append_to_each(session: Session, happened: Mapping[str, events.Event]) -> None:
    """Append one event to each of several streams, which are locked in the order of their ids."""
    _add(session, _number_each(session, happened))


def _number(session: Session, stream: str, happened: Sequence[events.Event]) -> list[_Numbered]:
    if not happened:
        return []
    [(_, last)] = session.execute(_raise, {"streams": [stream], "by": len(happened)})
    return [(stream, last - len(happened) + index, event) for index, event in enumerate(happened, 1)]


def _number_each(session: Session, happened: Mapping[str, events.Event]) -> list[_Numbered]:
    if not happened:
        return []
    raising = _raise if session.get_bind().dialect.name == "sqlite" else _raise_sorted
    numbers = session.execute(raising, {"streams": sorted(happened), "by": 1}).all()
    return [(stream, seq, happened[stream]) for stream, seq in numbers]


def _add(session: Session, numbered: Sequence[_Numbered]) -> None:
    if not numbered:
        return
    now = clock.utcnow()
    rows = []
    for stream, seq, event in numbered:
        name, payload = events.dump(event)
        rows.append({"stream_id": stream, "seq": seq, "type": name, "payload": payload, "created_at": now})
    session.execute(_insert, rows)
    announce_after_commit(session)


def positions(session: Session, names: Sequence[str]) -> dict[str, Position]:
    """Return the positions of those streams that exist."""
    query = select(streams.c.id, streams.c.epoch, streams.c.seq).where(streams.c.id.in_(names))
    return {row.id: Position(row.epoch, row.seq) for row in session.execute(query)}


def read_after(session: Session, cursors: Mapping[str, int], limit: int = 500) -> list[Entry]:
    """Return up to `limit` entries after each stream's cursor, in order within a stream."""
    if not cursors:
        return []
    after = or_(*(and_(entries.c.stream_id == name, entries.c.seq > seq) for name, seq in cursors.items()))
    query = (
        select(entries.c.stream_id, streams.c.epoch, entries.c.seq, entries.c.type, entries.c.payload)
        .join(streams, streams.c.id == entries.c.stream_id)
        .where(after)
        .order_by(entries.c.stream_id, entries.c.seq)
        .limit(limit)
    )
    return fetch_all(session, query, Entry)


def read_between(session: Session, stream: str, after: int, through: int) -> Iterator[events.Event]:
    """Yield the events of a stream after one number up to another, in order."""
    while after < through:
        numbers = {"stream": stream, "after": after, "through": through}
        page = session.execute(_between, numbers).all()
        for row in page:
            yield events.load(row.type, row.payload)
        if len(page) < _PAGE:
            return
        after = page[-1].seq


def last_before(session: Session, stream: str, moment: datetime) -> int:
    """Return the number of a stream's last entry before a moment, or 0."""
    return session.execute(_last_before, {"stream": stream, "moment": moment}).scalar() or 0
