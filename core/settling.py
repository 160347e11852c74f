"""Settling: what a send came to. Only the holder of the chat's fence may say."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from core import clock
from core.channels import Outgoing
from core.chats import lock_owner, suspend
from core.db import table
from core.models import Chat, Delivery, DeliveryState, Message, MessageState

chats, deliveries, messages = table(Chat), table(Delivery), table(Message)

# Telegram asks for no more than one message a second in one chat:
# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
PACE = timedelta(seconds=1)
# Nobody is asked to wait longer; who still must is asked again then.
LONGEST_WAIT = timedelta(days=1)
# How long to wait after each failed attempt; after the last one the message has failed.
BACKOFF = [
    timedelta(seconds=1),
    timedelta(seconds=5),
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
]


@dataclass(frozen=True)
class Sent:
    """The channel accepted the message under its own id."""

    external_id: int


@dataclass(frozen=True)
class Retry:
    """The channel may accept it later. A wait that it asked for, in seconds, is no failed attempt."""

    error: str
    retry_after: float | None = None


@dataclass(frozen=True)
class Rejected:
    """The channel never will: the chat is suspended."""

    error: str


Outcome = Sent | Retry | Rejected


def settle(session: Session, message: Outgoing, outcome: Outcome) -> bool:
    """Record an outcome and free the chat. False when somebody else holds the chat by now."""
    now = clock.utcnow()
    if isinstance(outcome, Rejected):
        # Telling the chat's person comes after; their stream is locked before chats are.
        lock_owner(session, message.address)
    freed = update(chats).where(chats.c.id == message.chat_id, chats.c.fence == message.fence)
    chat = session.execute(
        freed.values(leased_until=None, next_send_at=now + _pause(message, outcome)).returning(chats.c.id)
    ).first()
    if chat is None:
        return False
    match outcome:
        case Sent(external_id):
            _finish(session, message, MessageState.SENT, DeliveryState.SENT, external_id=external_id)
        case Rejected(error):
            _finish(session, message, MessageState.FAILED, DeliveryState.FAILED, error, "refused")
            suspend(session, message.address, error)
        case Retry(error, None) if message.attempts >= len(BACKOFF):
            _finish(session, message, MessageState.FAILED, DeliveryState.FAILED, error, "gave_up")
        case Retry(error, wait):
            attempts = message.attempts + (1 if wait is None else 0)
            session.execute(
                update(messages)
                .where(messages.c.id == message.id)
                .values(attempts=attempts, last_error=error[:500])
            )
    return True


def _pause(message: Outgoing, outcome: Outcome) -> timedelta:
    match outcome:
        case Retry(_, None):
            return BACKOFF[min(message.attempts, len(BACKOFF) - 1)]
        case Retry(_, float() | int() as seconds):
            return timedelta(seconds=min(max(seconds, PACE.total_seconds()), LONGEST_WAIT.total_seconds()))
    return PACE


def _finish(
    session: Session,
    message: Outgoing,
    state: MessageState,
    told: DeliveryState,
    error: str | None = None,
    reason: str | None = None,
    *,
    external_id: int | None = None,
) -> None:
    now = clock.utcnow()
    session.execute(
        update(messages)
        .where(messages.c.id == message.id)
        .values(
            state=state,
            attempts=message.attempts + 1,
            external_id=external_id,
            last_error=error[:500] if error else None,
            settled_at=now,
        )
    )
    session.execute(
        update(deliveries)
        .where(deliveries.c.message_id == message.id, deliveries.c.state == DeliveryState.SENDING)
        .values(state=told, reason=reason, settled_at=now)
    )
