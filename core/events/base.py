"""What all events share."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened at a moment."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class Unreadable(Event):
    """An event stored by a newer release; `name` is its class."""

    name: str
