"""Counters, heartbeats, and answers to requests that may be repeated."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from core.models.base import Base, big, varchar


class Counter(Base, table=True):
    """How often something happened, over all processes and restarts."""

    __tablename__ = "counters"

    name: str = varchar(50, primary_key=True)
    value: int = big(default=0)


class Heartbeat(Base, table=True):
    """When a part of the system last did its work; `problem` says why it cannot."""

    __tablename__ = "heartbeats"

    name: str = varchar(50, primary_key=True)
    at: datetime = Field(index=True)
    problem: str | None = varchar(300, default=None)


class IdempotencyKey(Base, table=True):
    """The first answer to a request that may be repeated, written with the change itself."""

    __tablename__ = "idempotency_keys"

    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True)
    key: str = varchar(255, primary_key=True)
    fingerprint: str = varchar(64)
    """A digest of method, path and body: the key is good for that request only."""
    body: dict[str, object] | None = Field(default=None, sa_type=JSON)
    created_at: datetime = Field(index=True)
