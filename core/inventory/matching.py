"""Which items a typed name means."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from core.actors import Actor
from core.inventory import catalog
from core.text import fold, singular
from core.values.items import ItemState

# The least similarity (0 to 100) of a suggestion: "mlik" and "milk" have 75.
NEAR = 70
MOST_SUGGESTIONS = 6


@dataclass(frozen=True)
class Match:
    """`exact` has the items of that name, singular or plural; `near` has guesses, best first."""

    exact: Sequence[ItemState]
    near: Sequence[ItemState]


def match(session: Session, who: Actor, household_id: UUID, words: str) -> Match:
    """Match a name with the items of a household. Raises NotAllowed."""
    return among(catalog.everything(session, who, household_id), words)


def among(everything: Sequence[ItemState], words: str) -> Match:
    """Match a name with items."""
    wanted = fold(" ".join(words.split()))
    exact = [item for item in everything if fold(item.name) == wanted]
    one = singular(wanted)
    exact = exact or [item for item in everything if singular(fold(item.name)) == one]
    if exact:
        return Match(exact, [])
    return Match([], suggestions(everything, wanted))


def search(session: Session, who: Actor, household_id: UUID, words: str) -> list[ItemState]:
    """Return all items whose name contains the words, else those with similar names."""
    everything = catalog.everything(session, who, household_id)
    wanted = fold(" ".join(words.split()))
    containing = [item for item in everything if wanted in fold(item.name)]
    return containing or suggestions(everything, wanted)


def suggestions(items: Sequence[ItemState], wanted: str) -> list[ItemState]:
    """Return the first items whose names contain the words, or are similar."""
    names: dict[UUID, str] = {item.id: fold(item.name) for item in items}
    by_id = {item.id: item for item in items}
    containing = [id_ for id_, name in names.items() if wanted in name]
    alike = process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=NEAR, limit=MOST_SUGGESTIONS)
    ranked = dict.fromkeys([*containing, *(id_ for _, _, id_ in alike)])
    return [by_id[id_] for id_ in list(ranked)[:MOST_SUGGESTIONS]]
