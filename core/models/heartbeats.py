"""Signs of life of the processes."""

from datetime import datetime

from sqlmodel import Field

from core.models.base import Base, varchar


class Heartbeat(Base, table=True):
    """That a part of the system did its work at a moment; `problem` says why it cannot, if so."""

    __tablename__ = "heartbeats"

    name: str = varchar(50, primary_key=True)
    at: datetime = Field(index=True)
    problem: str | None = varchar(300, default=None)
