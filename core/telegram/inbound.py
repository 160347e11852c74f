"""Updates from Telegram: stored before they are acknowledged, and done together with their effects."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import columns, fetch_all, finds, table, upsert
from core.errors import Invalid
from core.models import InboundUpdate, UpdateState

updates = table(InboundUpdate)

# The updates that the bot asks for: https://core.telegram.org/bots/api#update
KINDS = ("message", "callback_query", "my_chat_member")
LARGEST_ID = 2**63 - 1
TRIES = 3


@dataclass(frozen=True)
class ReceivedUpdate:
    """An update as Telegram sent it, and its chat, where updates keep their order."""

    update_id: int
    chat_telegram_id: int | None
    payload: dict[str, object]

    @classmethod
    def of(cls, payload: object) -> Self:
        """Return a JSON value as an update. Raises Invalid when it is none."""
        payload = _object(payload)
        number = payload.get("update_id")
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= LARGEST_ID:
            raise Invalid("The body must be an Update of the Bot API.")
        return cls(number, _chat_of(payload), payload)


def _chat_of(payload: Mapping[str, object]) -> int | None:
    content = _first(payload.get(kind) for kind in KINDS)
    message = _object(content.get("message"))
    found = _first([content.get("chat"), message.get("chat"), content.get("from")]).get("id")
    return found if isinstance(found, int) and abs(found) <= LARGEST_ID else None


def _first(values: Iterable[object]) -> dict[str, object]:
    return next(filter(None, map(_object, values)), {})


def _object(value: object) -> dict[str, object]:
    """Return a JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def store(session: Session, received: Sequence[ReceivedUpdate]) -> int:
    """Store updates, and return how many are new: Telegram repeats what it thinks we missed."""
    if not received:
        return 0
    now = clock.utcnow()
    rows = [
        {**vars(one), "state": UpdateState.PENDING, "attempts": 0, "received_at": now} for one in received
    ]
    statement = upsert(session, updates).values(rows).on_conflict_do_nothing().returning(updates.c.update_id)
    return len(session.execute(statement).all())


def pending(session: Session, limit: int = 100, besides: Collection[int] = ()) -> list[ReceivedUpdate]:
    """Return the oldest pending updates, except those of the chats `besides`."""
    elsewhere = or_(updates.c.chat_telegram_id.is_(None), updates.c.chat_telegram_id.not_in(besides))
    oldest = (
        select(*columns(ReceivedUpdate, updates))
        .where(updates.c.state == UpdateState.PENDING, elsewhere)
        .order_by(updates.c.update_id)
        .limit(limit)
    )
    return fetch_all(session, oldest, ReceivedUpdate)


def finish(session: Session, update_id: int) -> bool:
    """Mark an update done. False when it was already: then it must have no more effects."""
    done = (
        update(updates)
        .where(updates.c.update_id == update_id, updates.c.state == UpdateState.PENDING)
        .values(state=UpdateState.DONE, settled_at=clock.utcnow())
        .returning(updates.c.update_id)
    )
    return finds(session, done)


def fail(session: Session, update_id: int) -> bool:
    """Count a failed attempt. True when it was the last, and the update is set aside."""
    last = updates.c.attempts + 1 >= TRIES
    row = session.execute(
        update(updates)
        .where(updates.c.update_id == update_id, updates.c.state == UpdateState.PENDING)
        .values(
            attempts=updates.c.attempts + 1,
            state=case((last, UpdateState.SET_ASIDE.value), else_=updates.c.state),
            settled_at=case((last, clock.utcnow()), else_=updates.c.settled_at),
        )
        .returning(updates.c.state)
    ).first()
    return row is not None and row.state == UpdateState.SET_ASIDE
