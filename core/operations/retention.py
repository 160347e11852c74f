"""How long is kept what was told, and by which mail: long enough to look it up, not for ever."""

from datetime import timedelta

from sqlalchemy import and_, exists, or_
from sqlalchemy.orm import Session

from core import clock, pruning
from core.db import table
from core.models import Delivery, MailToken, Message, Notification

deliveries, messages, notifications = table(Delivery), table(Message), table(Notification)
mail_tokens = table(MailToken)

KEPT = timedelta(days=30)
# What nobody has read yet stays in the inbox for longer.
UNREAD_KEPT = timedelta(days=90)
TOKENS_KEPT = timedelta(days=1)


def prune_deliveries(session: Session) -> int:
    """Delete deliveries that were settled 30 days ago and return how many. What waits is never deleted."""
    return pruning.delete_until(session, deliveries.c.settled_at, clock.utcnow() - KEPT)


def prune_messages(session: Session) -> int:
    """Delete messages that were settled 30 days ago and return how many."""
    return pruning.delete_until(session, messages.c.settled_at, clock.utcnow() - KEPT)


def prune_notifications(session: Session) -> int:
    """Delete notifications that are 30 days old, 90 when nobody read them, and return how many.

    One that still has a delivery stays: deleting it would delete what may not have been told yet.
    """
    now = clock.utcnow()
    told = ~exists().where(deliveries.c.notification_id == notifications.c.id)
    unread = and_(notifications.c.in_inbox, notifications.c.read_at.is_(None))
    old = or_(~unread, notifications.c.created_at <= now - UNREAD_KEPT)
    return pruning.delete_until(session, notifications.c.created_at, now - KEPT, told, old)


def prune_mail_tokens(session: Session) -> int:
    """Delete mailed tokens that expired a day ago and return how many."""
    return pruning.delete_until(session, mail_tokens.c.expires_at, clock.utcnow() - TOKENS_KEPT)
