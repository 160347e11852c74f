"""What the clock sends to people at the times that they chose."""

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

# When both are due, what may wait for a digest comes first; it would wait for the next digest otherwise.
_BEFORE: Mapping[str, Sequence[ScheduleKind]] = {
    ScheduleKind.DAILY_EXPIRY_SUM: (ScheduleKind.EXPIRATION, ScheduleKind.SHOPPING_REMINDER)
}
_is_undecided = (_deliveries.c.state == DeliveryState.PENDING, _deliveries.c.deferred.is_(None))


def run(session: Session, user_id: UUID, kind: str) -> int:
    """Send a person what is due of a kind, and return how many things. Concurrent calls never repeat any."""
    sent, waiting = 0, schedules.due_of(session, user_id)
    for one in (*_BEFORE.get(kind, ()), ScheduleKind(kind)):
        due = schedules.claim(session, user_id, one) if one in waiting else None
        if due is not None:
            sent += _carry_out(session, due)
    return sent


def _carry_out(session: Session, due: Due) -> int:
    sent = 0
    households = recipients.of_person(session, due.user_id)
    positions = streams.positions(session, [streams.of_household(to.household_id) for to in households])
    for to in households:
        through_seq = positions[streams.of_household(to.household_id)].seq
        # Also for households that they want nothing of: if they ask later, they only hear what is new then.
        if schedules.enter(session, due, to.household_id, through_seq):
            sent += _send(session, due, to, through_seq)
    if due.kind is ScheduleKind.DAILY_EXPIRY_SUM:
        # What waits for the digest goes out, including what nobody has put off yet.
        undecided = (*_is_undecided, _deliveries.c.due_at <= clock.utcnow())
        eligibility.put_off(session, due.user_id, *undecided)
        eligibility.release(session, due.user_id, Deferral.DIGEST)
    return sent


def _send(session: Session, due: Due, to: Recipient, through_seq: int) -> int:
    """Send a person what is due for one household, and return how many things."""
    topic = Topic(due.kind)
    # An unwanted topic would leave a refusal every day, so it leaves no trail.
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
