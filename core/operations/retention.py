"""How long everything is kept: long enough to look it up, not for ever."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import and_, exists, or_
from sqlalchemy.orm import Session

from core import clock, pruning
from core.db import table
from core.delivery import mailboxes
from core.events import streams
from core.models import (
    AttemptCounter,
    Delivery,
    ExpiryWarning,
    Heartbeat,
    IdempotencyKey,
    InboundUpdate,
    Invitation,
    InviteLink,
    LinkCode,
    MailToken,
    Message,
    Notification,
    RefreshToken,
    StreamEntry,
)
from core.preferences import schedules
from core.settings import watching

deliveries, notifications = table(Delivery), table(Notification)

KEPT = timedelta(days=30)
# Unread notifications stay in the inbox for longer.
UNREAD_KEPT = timedelta(days=90)
_DAY = timedelta(days=1)
_AGES = (
    (table(AttemptCounter).c.window_ends_at, timedelta()),
    # Items are warned of from 30 days before they expire to 30 days after.
    (table(ExpiryWarning).c.warned_at, 90 * _DAY),
    # A part that was silent for this long no longer belongs to the system.
    (table(Heartbeat).c.at, _DAY),
    (table(IdempotencyKey).c.created_at, _DAY),
    (table(InboundUpdate).c.settled_at, 7 * _DAY),
    (table(Invitation).c.expires_at, 30 * _DAY),
    # An answer is possible for a day after the link has expired.
    (table(InviteLink).c.expires_at, _DAY),
    (table(LinkCode).c.expires_at, timedelta()),
    (deliveries.c.settled_at, KEPT),
    (table(Message).c.settled_at, KEPT),
    (table(MailToken).c.expires_at, _DAY),
    (table(RefreshToken).c.expires_at, timedelta()),
    # The numbers of a stream go on from where they are.
    (table(StreamEntry).c.created_at, streams.KEPT),
)


def prune_notifications(session: Session) -> int:
    """Delete notifications that are 30 days old, or 90 if unread, and return how many.

    One that still has a delivery stays: deleting it would delete what may not have been told yet.
    """
    told = ~exists().where(deliveries.c.notification_id == notifications.c.id)
    unread = and_(notifications.c.in_inbox, notifications.c.read_at.is_(None))
    old = or_(~unread, notifications.c.created_at <= clock.utcnow() - UNREAD_KEPT)
    return pruning.delete_old(session, notifications.c.created_at, KEPT, told, old)


# Each deletes up to pruning.CHUNK rows and returns how many. Notifications come after their deliveries.
CHORES: Sequence[Callable[[Session], int]] = (
    *(partial(pruning.delete_old, moment=moment, kept=kept) for moment, kept in _AGES),
    mailboxes.prune,
    mailboxes.skip_unreachable,
    prune_notifications,
    schedules.prune,
    watching.prune,
)
