"""Unsubscribing: the link of a mail stops the mails, and lets them come again."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.actors import Actor, Face
from core.delivery.mailboxes import UNSUBSCRIBED, mailboxes
from core.settings import preferences


def set_wanted(session: Session, mailbox_id: UUID, *, wanted: bool) -> bool:
    """Stop the mails to a mailbox that nobody must get, or send them again. False when it is gone.

    For an account it is the preference; who has none is not invited by mail any more.
    """
    owner = session.execute(select(mailboxes.c.user_id).where(mailboxes.c.id == mailbox_id)).first()
    if owner is None:
        return False
    if owner.user_id is not None:
        preferences.change(session, Actor(owner.user_id, Face.WEB), {"email_enabled": wanted})
        return True
    reason = None if wanted else UNSUBSCRIBED
    session.execute(update(mailboxes).where(mailboxes.c.id == mailbox_id).values(suspended_reason=reason))
    return True
