"""What must be reset in a database that was restored from a backup."""

import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.db import table
from core.models import (
    Chat,
    Heartbeat,
    Household,
    Item,
    LinkCode,
    Mailbox,
    MailToken,
    RefreshToken,
    Stream,
    User,
)

streams = table(Stream)
# What was used up or revoked since the backup would be valid again.
_SPENT = (RefreshToken, LinkCode, MailToken)


@dataclass(frozen=True)
class Restored:
    """What is in the database, and how much of it was reset."""

    people: int
    households: int
    items: int
    streams: int
    leases: int
    sign_ins: int


def begin_anew(session: Session) -> Restored:
    """Give every stream a new epoch, free every chat and mailbox, and end all sign-ins and open codes.

    Streams will give out their numbers since the backup again; clients notice by the new epoch.
    """
    renewed = session.execute(update(streams).values(epoch=secrets.token_hex(8)).returning(streams.c.id))
    moved = len(renewed.all())
    sign_ins = _count(session, RefreshToken)
    for model in (*_SPENT, Heartbeat):
        session.execute(delete(table(model)))
    return Restored(
        people=_count(session, User),
        households=_count(session, Household),
        items=_count(session, Item),
        streams=moved,
        leases=_free(session, Chat) + _free(session, Mailbox),
        sign_ins=sign_ins,
    )


def _free(session: Session, model: type[Chat] | type[Mailbox]) -> int:
    place = table(model)
    held = update(place).where(place.c.leased_until.is_not(None)).values(leased_until=None)
    return len(session.execute(held.returning(place.c.id)).all())


def _count(session: Session, model: type) -> int:
    return session.execute(select(func.count()).select_from(table(model))).scalar_one()
