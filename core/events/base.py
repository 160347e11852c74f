"""What every event is."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened at a moment."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class Unreadable(Event):
    """An event that a newer release stored: `name` is its class there."""

    name: str
