"""Requests that may be repeated: the first answer is kept with the change, and given again for a day."""

from datetime import timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core import clock, pruning
from core.actors import Actor
from core.db import table, upsert
from core.errors import AccountGone, Conflict
from core.models import IdempotencyKey, User

keys, users = table(IdempotencyKey), table(User)

LIFETIME = timedelta(days=1)


def claim(session: Session, who: Actor, key: str, fingerprint: str) -> dict[str, object] | None:
    """Take a key for a request, or return the answer that it got before.

    None: it is new, and `keep` must follow in this transaction. Of several that come at once, the others wait
    here until the first has committed. Raises Conflict when the key was used for another request, and
    AccountGone.
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
    if session.execute(statement.returning(keys.c.key)).first() is not None:
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
    """Keep the answer to the request that has just claimed the key."""
    session.execute(update(keys).where(keys.c.user_id == who.user_id, keys.c.key == key).values(body=body))


def prune(session: Session) -> int:
    """Delete keys that are a day old and return how many."""
    return pruning.delete_until(session, keys.c.created_at, clock.utcnow() - LIFETIME)
