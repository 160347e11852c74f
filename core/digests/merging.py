"""Merging consecutive digests that waited into one. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.digests import usage
from core.values.digests import Digest, ItemChange, MemberName


def merge(digests: Sequence[Digest], most: int) -> Digest:
    """Merge digests, the oldest first, keeping at most `most` changes. The newest says what is low now."""
    newest = digests[-1]
    by_item: dict[object, ItemChange] = {}
    for change in (change for digest in reversed(digests) for change in digest.changes):
        later = by_item.get(change.item_id)
        by_item[change.item_id] = _both(change, later) if later is not None else change
    changes = list(by_item.values())
    left_out = sum(digest.more_changes for digest in digests) + max(0, len(changes) - most)
    by_day = list({one.day: one for digest in digests for one in digest.by_day}.values())
    return replace(
        newest,
        begins=digests[0].begins,
        after_seq=digests[0].after_seq,
        usage=usage.total(by_day or (digest.usage for digest in digests)),
        by_day=by_day,
        changes=changes[:most],
        more_changes=left_out,
        joined=_each_once(person for digest in digests for person in digest.joined),
        left=_each_once(person for digest in digests for person in digest.left),
    )


def _both(earlier: ItemChange, later: ItemChange) -> ItemChange:
    delta = None
    if earlier.delta is not None and later.delta is not None and earlier.unit == later.unit:
        delta = earlier.delta + later.delta
    return replace(
        later,
        delta=delta,
        times=earlier.times + later.times,
        people=_each_once([*earlier.people, *later.people]),
        added=earlier.added or later.added,
    )


def _each_once(people: Iterable[MemberName]) -> list[MemberName]:
    return list({person.user_id: person for person in people}.values())
