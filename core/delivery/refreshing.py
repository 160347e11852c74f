"""Refreshing: scheduled news that had to wait is brought up to date and told once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core import events
from core.delivery.coalescing import Fold
from core.digests import expiry_warnings, gathering, merging, shopping_reminders, standing
from core.preferences import recipients
from core.preferences.recipients import Recipient

# What is told this soon after its time is not updated.
FRESH = timedelta(minutes=5)


def refresh(
    session: Session, user_id: UUID | None, folds: Sequence[Fold], told_at: datetime
) -> tuple[Sequence[Fold], Sequence[Fold]]:
    """Return what there is to tell, and what is no longer true at all.

    All that waited of one household and topic becomes one: the newest stands for the others.
    """
    late = _late(folds, told_at)
    if user_id is None or not late:
        return folds, ()
    homes = {to.household_id: to for to in recipients.of_person(session, user_id)}
    waited = {fold.newest for group in late for fold in group}
    told, gone = [fold for fold in folds if fold.newest not in waited], list[Fold]()
    for group in late:
        newest = group[-1]
        to = homes.get(_about(newest).household_id)
        # People who have just left a household hear nothing more of it.
        event = _by_now(session, to, [fold.line.event for fold in group]) if to else None
        if event is None:
            gone += group
        else:
            also = tuple(fold.newest for fold in group[:-1])
            told.append(replace(newest, line=replace(newest.line, event=event), also=also))
    return sorted(told, key=lambda one: (-one.line.severity, one.newest)), gone


def _late(folds: Sequence[Fold], told_at: datetime) -> list[list[Fold]]:
    """Return what waited, for its person or the channel, by household and topic, the oldest first."""
    groups: dict[Any, list[Fold]] = {}
    for fold in sorted(folds, key=lambda one: one.newest):
        if isinstance(fold.line.event, events.ScheduledEvent):
            groups.setdefault((fold.line.topic, _about(fold).household_id), []).append(fold)
    return [
        group
        for group in groups.values()
        if len(group) > 1 or group[0].line.deferred or group[0].line.created_at < told_at - FRESH
    ]


def _about(fold: Fold) -> Any:
    return fold.line.event


def _by_now(session: Session, to: Recipient, waited: Sequence[Any]) -> events.ScheduledEvent | None:
    """Return several events of a kind, the oldest first, as one that is true now; None if nothing is."""
    match waited[-1]:
        case events.ItemsExpiring():
            return _expiring(session, to, waited)
        case events.ShoppingReminded():
            return shopping_reminders.remind(session, to)
        case events.DigestGathered() as newest:
            merged = merging.merge([event.digest for event in waited], standing.MOST)
            digest = replace(merged, **standing.of_recipient(session, to))
            if len(waited) > 1:
                digest = replace(digest, usage_before=gathering.used_before(session, to, digest))
            return None if digest.is_empty else replace(newest, digest=digest)
    raise ValueError(f"{type(waited[-1]).__name__} is not sent at a time of its own")


def _expiring(
    session: Session, to: Recipient, waited: Sequence[events.ItemsExpiring]
) -> events.ItemsExpiring | None:
    """Return what is left of warnings, without items whose date has changed: they get a new warning."""
    warned = {item.id: item for event in waited for item in event.items}
    found = [
        one.item
        for one in standing.expiring_of(session, to, list(warned))
        if warned[one.item.id].expires in (one.item.expires, None)
    ]
    return expiry_warnings.event(to, found) if found else None
