"""Reading streams from where the sockets are. Each function is one read transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy.orm import Session

from core.events import streams
from core.events.streams import Entry, Position
from core.households import households

# SQLite takes 32766 parameters and nests 1000 conditions deep.
STREAMS_A_QUERY = 500
CURSORS_A_QUERY = 100
ENTRIES_A_QUERY = 500
# Clients that are further behind reload everything, which is cheaper for both sides.
LONGEST_REPLAY = 500


@dataclass(frozen=True)
class Unsent:
    """What came after some cursors.

    `entries` are in order and without gaps within a stream. `broken` maps streams that cannot be continued
    (they began anew, entries are gone, or a household has too many) to their present positions. `gone` no
    longer exist. `more`: there is more to read at once.
    """

    entries: Sequence[Entry]
    broken: Mapping[str, Position]
    gone: Sequence[str]
    more: bool


def unsent(session: Session, cursors: Mapping[str, Position]) -> Unsent:
    """Return what comes after each stream's cursor, people's own streams first.

    Those say who left a household. They are read last and sent first, so that nobody gets news of a
    household from after they left it.
    """
    shared = _unsent(session, {name: at for name, at in cursors.items() if not streams.is_personal(name)})
    personal = _unsent(session, {name: at for name, at in cursors.items() if streams.is_personal(name)})
    if personal.more:
        return personal
    return Unsent(
        entries=[*personal.entries, *shared.entries],
        broken={**personal.broken, **shared.broken},
        gone=[*personal.gone, *shared.gone],
        more=shared.more,
    )


def _unsent(session: Session, cursors: Mapping[str, Position]) -> Unsent:
    now = positions(session, list(cursors))
    broken = {name: there for name, there in now.items() if not _continues(name, cursors[name], there)}
    behind = {
        name: cursors[name].seq
        for name, there in now.items()
        if name not in broken and there.seq > cursors[name].seq
    }
    read = dict(islice(behind.items(), CURSORS_A_QUERY))
    found = streams.read_after(session, read, ENTRIES_A_QUERY)
    complete = len(found) < ENTRIES_A_QUERY
    for name in _with_gaps(read, found, complete):
        broken[name] = now[name]
    return Unsent(
        entries=[entry for entry in found if entry.stream not in broken],
        broken=broken,
        gone=[name for name in cursors if name not in now],
        more=not complete or len(behind) > len(read),
    )


def _with_gaps(read: Mapping[str, int], found: Sequence[Entry], complete: bool) -> set[str]:
    """Return the streams with missing entries.

    Entries are deleted by age, which may leave a gap in the middle if the machine's clock was once wrong.
    """
    reached = dict(read)
    gaps = set()
    for entry in found:
        if entry.seq != reached[entry.stream] + 1:
            gaps.add(entry.stream)
        reached[entry.stream] = entry.seq
    # Nothing of a stream was found: its entries are gone, unless the page was full before it.
    return gaps | {name for name, seq in read.items() if complete and reached[name] == seq}


def _continues(name: str, cursor: Position, there: Position) -> bool:
    if there.epoch != cursor.epoch or there.seq < cursor.seq:
        return False
    # A person's own stream says which households to follow: none of it may be skipped.
    return streams.is_personal(name) or there.seq - cursor.seq <= LONGEST_REPLAY


def positions(session: Session, names: Sequence[str]) -> dict[str, Position]:
    """Return the position of each stream, however many there are."""
    found: dict[str, Position] = {}
    for start in range(0, len(names), STREAMS_A_QUERY):
        found |= streams.positions(session, names[start : start + STREAMS_A_QUERY])
    return found


@dataclass(frozen=True)
class Sight:
    """What a person may follow: their households, and the position of each of their streams."""

    households: Sequence[UUID]
    positions: Mapping[str, Position]


def sight_of(session: Session, user_id: UUID) -> Sight | None:
    """Return what a person may follow, or None when there is no such account.

    Their own stream is read first: a household that they join meanwhile is then on the list, in a later
    entry, or both.
    """
    own = streams.positions(session, [streams.of_user(user_id)])
    if not own:
        return None
    mine = households.ids_of_person(session, user_id)
    return Sight(mine, own | positions(session, [streams.of_household(id_) for id_ in mine]))
