"""What the clock sends to a person at a time that they picked."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from core import clock, events
from core.db import table
from core.delivery import eligibility
from core.digests import expiry_warnings, gathering, shopping_reminders
from core.events import streams
from core.models import Deferral, Delivery, DeliveryState, ScheduleKind, Topic, WatchLevel
from core.notifications import announcing
from core.preferences import recipients, schedules
from core.preferences.recipients import Recipient
from core.preferences.schedules import Due

_deliveries = table(Delivery)

# What may wait for a digest comes before it, where both are due: else it would wait for the next one.
_BEFORE: Mapping[str, Sequence[ScheduleKind]] = {
    ScheduleKind.DAILY_EXPIRY_SUM: (ScheduleKind.EXPIRATION, ScheduleKind.SHOPPING_REMINDER)
}
_is_undecided = (_deliveries.c.state == DeliveryState.PENDING, _deliveries.c.deferred.is_(None))


def run(session: Session, user_id: UUID, kind: str) -> int:
    """Send what is due of a kind to a person, and return how many things they are told.

    Whoever else does the same at the same time, and whenever this is done again: nothing is sent twice.
    """
    told, waiting = 0, schedules.due_of(session, user_id)
    for one in (*_BEFORE.get(kind, ()), ScheduleKind(kind)):
        due = schedules.claim(session, user_id, one) if one in waiting else None
        if due is not None:
            told += _carry_out(session, due)
    return told


def _carry_out(session: Session, due: Due) -> int:
    told = 0
    households = recipients.of_person(session, due.user_id)
    positions = streams.positions(session, [streams.of_household(to.household_id) for to in households])
    for to in households:
        through_seq = positions[streams.of_household(to.household_id)].seq
        # Also where nothing is wanted of it: who asks for it later hears of what is new then.
        if schedules.enter(session, due, to.household_id, through_seq):
            told += _tell(session, due, to, through_seq)
    if due.kind is ScheduleKind.DAILY_EXPIRY_SUM:
        _release_waiting(session, due.user_id)
    return told


def _tell(session: Session, due: Due, to: Recipient, through_seq: int) -> int:
    """Tell a person what there is for them in one household, and return how much that is."""
    topic = Topic(due.kind)
    # A refusal of every day is no news, so it leaves no trail.
    only_followed = to.routing.refuses(topic)
    if only_followed and (
        due.kind is not ScheduleKind.EXPIRATION or to.routing.refuses(topic, WatchLevel.FOLLOW)
    ):
        return 0
    event: events.ScheduledEvent | None
    match due.kind:
        case ScheduleKind.EXPIRATION:
            event = expiry_warnings.warn(session, to, due.next_run_at, only_followed=only_followed)
        case ScheduleKind.SHOPPING_REMINDER:
            event = shopping_reminders.remind(session, to)
        case _:
            last = due.last_runs.get(to.household_id)
            weekly = due.kind is ScheduleKind.WEEKLY_INVENTORY_REPORT
            event = gathering.since_last(
                session, to, day=due.local_date, weekly=weekly, last=last, through_seq=through_seq
            )
    if event is None:
        return 0
    announcing.announce_scheduled(session, to, topic, event, WatchLevel.FOLLOW if only_followed else None)
    return 1


def _release_waiting(session: Session, user_id: UUID) -> None:
    """Let out what waits for the person's digest, also what nobody had put off for it yet."""
    eligibility.put_off(session, user_id, *_is_undecided, _deliveries.c.due_at <= clock.utcnow())
    eligibility.release(session, user_id, Deferral.DIGEST)
