"""What a member sees of a household: what the model is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from core.actors import Actor, Face
from tests.probes.household.acts import Act, Done


class SeenItem(NamedTuple):
    id: UUID
    version: int
    quantity: int
    unit: str
    location: str
    min_quantity: int | None


class SeenMove(NamedTuple):
    id: UUID
    item: UUID
    kind: str
    delta: int
    after: int
    unit: str
    location: str
    came_from: str | None
    undoes: UUID | None
    undone: bool


@dataclass(frozen=True)
class Seen:
    items: set[SeenItem]
    moves: list[SeenMove]
    """The oldest first."""
    statuses: Mapping[str, int]
    """How many items have which expiration status."""
    total: int
    low: int
    consumed: int
    """How often something was consumed this month."""
    wasted: int


@dataclass(frozen=True)
class Place:
    """A household with a shopping list, and who acts there."""

    people: Mapping[str, UUID]
    home: UUID
    list_id: UUID

    def actor(self, name: str) -> Actor:
        return Actor(self.people[name], Face.WEB)


class Driver(Protocol):
    """One way to the real household."""

    def do(self, act: Act) -> Done:
        """Do it. Raises Refused."""

    def see(self) -> Seen: ...
