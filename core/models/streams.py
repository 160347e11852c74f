"""Streams: what happened, numbered without gaps, per household and per person."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field

from core.models.base import Base, big, varchar


class Stream(Base, table=True):
    """The counter of a stream. Its row is also the lock for writes to the household."""

    __tablename__ = "streams"

    id: str = varchar(50, primary_key=True)
    """`household:<id>` or `user:<id>`."""
    epoch: str = varchar(16)
    """A new epoch restarts the numbers: clients must read everything again."""
    seq: int = big(default=0)


class StreamEntry(Base, table=True):
    __tablename__ = "stream_entries"

    stream_id: str = varchar(50, foreign_key="streams.id", ondelete="CASCADE", primary_key=True)
    seq: int = big(primary_key=True)
    type: str = varchar(50)
    """The class of the event."""
    payload: dict[str, object] = Field(sa_type=JSON)
    created_at: datetime = Field(index=True)
