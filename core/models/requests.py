"""Requests that were answered, so that a repetition gets the same answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from core.models.base import Base, varchar


class IdempotencyKey(Base, table=True):
    """The first answer to a request that its sender may repeat; it is written with the change itself."""

    __tablename__ = "idempotency_keys"

    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True)
    key: str = varchar(255, primary_key=True)
    fingerprint: str = varchar(64)
    """A digest of the method, the path and the body: the key is good for that request only."""
    body: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    created_at: datetime = Field(index=True)
