"""What is counted for ever."""

from core.models.base import Base, big, varchar


class Counter(Base, table=True):
    """How often something happened, whichever process saw it; it outlives them all."""

    __tablename__ = "counters"

    name: str = varchar(50, primary_key=True)
    value: int = big(default=0)
