"""Repeatable requests: the first answer is stored with the change, and returned again for a day."""

from datetime import timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.db import finds, table, upsert
from core.errors import AccountGone, Conflict
from core.models import IdempotencyKey, User

keys, users = table(IdempotencyKey), table(User)

LIFETIME = timedelta(days=1)


def claim(session: Session, who: Actor, key: str, fingerprint: str) -> dict[str, object] | None:
    """Claim a key for a request, or return the earlier answer. After None, `keep` must follow.

    Concurrent requests with the key wait here for the first one's commit. Raises Conflict when the key was
    used for another request, and AccountGone.
    """
    now = clock.utcnow()
    mine = {"fingerprint": fingerprint, "body": None, "created_at": now}
    columns = {"key": key, **mine}
    person = select(users.c.id, *(bindparam(name, columns[name], keys.c[name].type) for name in columns))
    statement = upsert(session, keys).from_select(
        ["user_id", *columns], person.where(users.c.id == who.user_id)
    )
    statement = statement.on_conflict_do_update(
        index_elements=[keys.c.user_id, keys.c.key], set_=mine, where=keys.c.created_at <= now - LIFETIME
    )
    if finds(session, statement.returning(keys.c.key)):
        return None
    used = select(keys.c.fingerprint, keys.c.body).where(keys.c.user_id == who.user_id, keys.c.key == key)
    row = session.execute(used).first()
    if row is None:
        raise AccountGone
    if row.fingerprint != fingerprint:
        raise Conflict("This Idempotency-Key was used for another request. Send a new key for a new request.")
    answer: dict[str, object] = row.body
    return answer


def keep(session: Session, who: Actor, key: str, body: dict[str, object]) -> None:
    """Store the answer to the request that claimed the key."""
    session.execute(update(keys).where(keys.c.user_id == who.user_id, keys.c.key == key).values(body=body))
