"""Unsubscribing with the link in a mail, and subscribing again."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.actors import Actor, Face
from core.delivery.mailboxes import UNSUBSCRIBED, mailboxes
from core.settings import preferences


def set_wanted(session: Session, mailbox_id: UUID, *, wanted: bool) -> bool:
    """Stop or resume the optional mails to a mailbox. Return False when it is gone.

    For an account this is its preference; an address without an account gets no more invitations.
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
