"""Mailboxes: where mail goes, and why it does not."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.db import can_mail, table, upsert
from core.events import streams
from core.models import Delivery, DeliveryState, Mailbox, Message, MessageState, User
from core.notifications import announcing
from core.text import fold
from core.wording.reasons import Reason

mailboxes = table(Mailbox)
_users = table(User)
_deliveries, _messages = table(Delivery), table(Message)

UNSUBSCRIBED = "unsubscribed"
# How long the address of an invited person without an account is kept.
STRANGERS_KEPT = timedelta(days=30)


def create(session: Session, user_id: UUID) -> None:
    """Give a new account its mailbox."""
    now = clock.utcnow()
    session.execute(insert(mailboxes).values(user_id=user_id, next_send_at=now, created_at=now))


def of_user(session: Session, user_id: UUID) -> UUID | None:
    """Return the mailbox of an account, or None when it has no address."""
    return session.execute(select(mailboxes.c.id).where(mailboxes.c.user_id == user_id)).scalar()


def of_address(session: Session, address: str) -> UUID:
    """Return the mailbox of an invited address, making one when there is none yet."""
    now, key = clock.utcnow(), fold(address)
    made = upsert(session, mailboxes).values(
        address=address, address_key=key, next_send_at=now, created_at=now
    )
    kept = made.on_conflict_do_update(index_elements=[mailboxes.c.address_key], set_={"address_key": key})
    mailbox_id: UUID = session.execute(kept.returning(mailboxes.c.id)).scalar_one()
    return mailbox_id


def suspend(session: Session, mailbox_id: UUID, reason: str) -> None:
    """Send only transactional mail to a mailbox until the person proves the address again, and tell them."""
    streams.lock_owner(session, select(mailboxes.c.user_id).where(mailboxes.c.id == mailbox_id))
    row = session.execute(
        update(mailboxes)
        .where(mailboxes.c.id == mailbox_id, mailboxes.c.suspended_reason.is_(None))
        .values(suspended_reason=reason[:100])
        .returning(mailboxes.c.user_id)
    ).first()
    if row is None or row.user_id is None:
        return
    address = session.execute(select(_users.c.email).where(_users.c.id == row.user_id)).scalar_one()
    told = events.MailboxSuspended(user_id=row.user_id, address=address, reason=reason, at=clock.utcnow())
    announcing.announce_to(session, row.user_id, told)


def resume(session: Session, user_id: UUID) -> None:
    """Mail to an account again: its person proved that mail arrives."""
    session.execute(update(mailboxes).where(mailboxes.c.user_id == user_id).values(suspended_reason=None))


def skip_unreachable(session: Session) -> int:
    """Settle what waits for mail on a server that can no longer send any, and return how much that was."""
    if can_mail(session):
        return 0
    now = clock.utcnow()
    unfinished = (_messages.c.mailbox_id.is_not(None), _messages.c.state == MessageState.SENDING)
    frozen = select(_messages.c.id).where(*unfinished)
    waiting = or_(
        _deliveries.c.message_id.in_(frozen) & (_deliveries.c.state == DeliveryState.SENDING),
        _deliveries.c.mailbox_id.is_not(None) & (_deliveries.c.state == DeliveryState.PENDING),
    )
    skipped = {"state": DeliveryState.SKIPPED, "reason": Reason.CHANNEL_UNAVAILABLE, "settled_at": now}
    settled = update(_deliveries).where(waiting).values(skipped).returning(_deliveries.c.id)
    count = len(session.execute(settled).all())
    failed = {"state": MessageState.FAILED, "under_way": False, "settled_at": now}
    session.execute(update(_messages).where(*unfinished).values(failed))
    return count


def prune(session: Session) -> int:
    """Forget addresses that were invited long ago, except those that unsubscribed; return how many."""
    waits = exists().where(
        _deliveries.c.mailbox_id == mailboxes.c.id,
        _deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.SENDING)),
    )
    gone = delete(mailboxes).where(
        mailboxes.c.user_id.is_(None),
        mailboxes.c.suspended_reason.is_(None),
        mailboxes.c.created_at <= clock.utcnow() - STRANGERS_KEPT,
        ~waits,
    )
    return len(session.execute(gone.returning(mailboxes.c.id)).all())
