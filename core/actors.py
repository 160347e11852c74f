"""Who acts, and on which face of the system."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Face(StrEnum):
    """Where an act was made. Its answer is there already, so alerts about it spare that face."""

    WEB = "web"
    TELEGRAM = "telegram"


@dataclass(frozen=True)
class Actor:
    """A signed-in person, acting on one face."""

    user_id: UUID
    face: Face
