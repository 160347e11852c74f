"""What people do to the items of a household, drawn at random, and what it came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from core.errors import DomainError

PLACES = ("fridge", "freezer", "pantry")
MOST = 1_000_000_000


class Verb(StrEnum):
    ADD = "add"
    PATCH = "patch"
    CONSUME = "consume"
    WASTE = "waste"
    RESTOCK = "restock"
    MOVE = "move"
    UNDO = "undo"
    REMOVE = "remove"
    BUY = "buy"
    """Put an item on the shopping list."""
    TICK = "tick"
    """Tick an entry off and restock its item, or tick it on again."""


class From(StrEnum):
    """Which version a patch is made from."""

    CURRENT = "current"
    STALE = "stale"
    ANY = "*"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to do, before it is known what there is: `pick` chooses among it.

    It is of one shape whatever there is, so that hypothesis draws the same again.
    """

    who: str
    verb: Verb
    pick: int
    amount: int
    place: str
    basis: From
    columns: Mapping[str, Any]
    days: int | None


@dataclass(frozen=True)
class Act:
    """A wish about things that are there, were there, or are elsewhere.

    Amounts are thousandths; version None is `*`; `bought` ticks an entry off, or, when it is False, on again.
    """

    who: str
    verb: Verb
    amount: int
    place: str
    item: UUID
    version: int | None
    columns: Mapping[str, Any]
    expires: date | None
    movement: UUID
    entry: UUID
    bought: bool


@dataclass(frozen=True)
class Done:
    """How the item is after an act, None where nothing says so; `made` is the item or the entry."""

    quantity: int | None = None
    version: int | None = None
    made: UUID | None = field(default=None, compare=False)


class Refused(Exception):
    """An act was refused, with this kind of error; `why` is the model's own word for it."""

    def __init__(self, kind: type[DomainError], why: str = "") -> None:
        super().__init__(kind, why)
        self.kind = kind
        self.why = why


amounts = st.sampled_from([250, 1000, 1000, 2500, 2500, MOST])
columns = st.sampled_from(
    [
        {"quantity": 0},
        {"quantity": 5000},
        {"quantity": MOST, "location": "freezer"},
        {"min_quantity": 2000},
        {"min_quantity": None, "unit": "kg"},
        {"unit": "kg"},
        {"unit": "l"},
        {"location": "fridge"},
        {"location": "freezer"},
        {"location": "pantry", "unit": "l"},
    ]
)


def wishes(*verbs: Verb) -> st.SearchStrategy[Wish]:
    """Return wishes of these kinds. Alice and Bob, who may, act more often than Vera and Charlie."""
    return st.builds(
        Wish,
        who=st.sampled_from([*("alice", "bob") * 5, "vera", "charlie"]),
        verb=st.sampled_from(verbs),
        pick=st.integers(0, 7),
        amount=amounts,
        place=st.sampled_from(PLACES),
        basis=st.sampled_from(From),
        columns=columns,
        days=st.sampled_from([None, -1, 0, 3, 4, 40]),
    )
