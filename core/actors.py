"""Who acts, and through which interface."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Face(StrEnum):
    """Where somebody acts. The answer is shown there, so alerts about it skip that face."""

    WEB = "web"
    TELEGRAM = "telegram"


@dataclass(frozen=True)
class Actor:
    """A signed-in person."""

    user_id: UUID
    face: Face
