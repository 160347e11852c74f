"""What somebody means by a name that they typed on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from core.actors import Actor
from core.inventory import catalog
from core.text import fold, singular
from core.values.items import ItemState

# Below this likeness (0 to 100) two names have nothing to do with each other: "mlik" and "milk" have 75.
NEAR = 70
MOST_SUGGESTIONS = 6


@dataclass(frozen=True)
class Match:
    """`exact` are the items of that very name, or its plural or singular: one of them may be acted on.

    `near` are guesses, best first, for a person to choose from.
    """

    exact: Sequence[ItemState]
    near: Sequence[ItemState]


def match(session: Session, who: Actor, household_id: UUID, words: str) -> Match:
    """Return what a name may mean in a household. Raises NotAllowed."""
    return among(catalog.everything(session, who, household_id), words)


def among(everything: Sequence[ItemState], words: str) -> Match:
    """Return what a name may mean among these items."""
    wanted = fold(" ".join(words.split()))
    exact = [item for item in everything if fold(item.name) == wanted]
    one = singular(wanted)
    exact = exact or [item for item in everything if singular(fold(item.name)) == one]
    if exact:
        return Match(exact, [])
    return Match([], suggestions(everything, wanted))


def search(session: Session, who: Actor, household_id: UUID, words: str) -> list[ItemState]:
    """Return every item whose name contains the words; if none does, those spelled alike."""
    everything = catalog.everything(session, who, household_id)
    wanted = fold(" ".join(words.split()))
    containing = [item for item in everything if wanted in fold(item.name)]
    return containing or suggestions(everything, wanted)


def suggestions(items: Sequence[ItemState], wanted: str) -> list[ItemState]:
    """Return the items whose names contain the words, then those spelled alike."""
    names: dict[UUID, str] = {item.id: fold(item.name) for item in items}
    by_id = {item.id: item for item in items}
    containing = [id_ for id_, name in names.items() if wanted in name]
    alike = process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=NEAR, limit=MOST_SUGGESTIONS)
    ranked = dict.fromkeys([*containing, *(id_ for _, _, id_ in alike)])
    return [by_id[id_] for id_ in list(ranked)[:MOST_SUGGESTIONS]]
