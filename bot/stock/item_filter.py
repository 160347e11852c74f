"""A part of the stock: a place, a category, or the items with some words in their name."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bot.stock.item_commands import PLACES
from core.actors import Actor
from core.inventory import catalog
from core.text import fold
from core.values.items import ItemState


@dataclass(frozen=True)
class Selection:
    """`name` is None if the words match no place, category or item. `places` are all of the household's."""

    name: str | None
    items: Sequence[ItemState]
    places: Sequence[str]


def find(session: Session, who: Actor, household_id: UUID, words: str) -> Selection:
    """Return the part of a household's stock that the words mean. Raises NotAllowed."""
    everything = catalog.everything(session, who, household_id)
    places = list(dict.fromkeys(item.location for item in everything))
    wanted = fold(words).removeprefix("the ")
    in_place = [item for item in everything if fold(item.location) == wanted]
    in_category = [item for item in everything if item.category and fold(item.category) == wanted]
    if in_place:
        return Selection(in_place[0].location, in_place, places)
    if in_category:
        return Selection(in_category[0].category, in_category, places)
    named = [item for item in everything if wanted in fold(item.name)]
    return Selection(words if named or wanted in PLACES else None, named, places)
