"""Settling: recording the outcome of a send. Only the holder of the destination's fence may."""

import logging
import random
from datetime import datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import finds, table
from core.delivery import chats, mailboxes
from core.delivery.claims import finish, withdraw
from core.delivery.destinations import LITTLE_LONGER, ROUTES, Route
from core.events import streams
from core.models import ChannelName, Chat, DeliveryState, Message, MessageState
from core.models.destinations import MOST_LINES
from core.wording.channels import Outgoing
from core.wording.outcomes import (
    BACKOFF,
    DEFAULT_WAIT,
    LONGEST_WAIT,
    OLD_AFTER,
    RULES,
    Disposition,
    Failed,
    Failure,
    Outcome,
    Sent,
)
from core.wording.reasons import Reason

_chats, messages = table(Chat), table(Message)
log = logging.getLogger(__name__)

# Why a message was given up; for any other failure, because it lasted for too long.
_OURS = {
    Failure.UNPARSABLE: Reason.UNPARSABLE,
    Failure.TOO_LONG: Reason.TOO_LONG,
    Failure.REFUSED: Reason.REFUSED,
}

# The shortest wait before a destination is tried again.
SHORTEST = timedelta(seconds=1)
# While a whole channel is down, one message at a time finds out whether it is back.
PROBE = timedelta(seconds=5)
REFUSED_ALTOGETHER = timedelta(minutes=1)


def settle(session: Session, message: Outgoing, outcome: Outcome, *, down: bool = False) -> bool:
    """Record an outcome and free the destination. Return False when another dispatcher holds it by now.

    `down`: the whole channel fails, so nothing counts against this message.
    """
    route, now = ROUTES[message.channel], clock.utcnow()
    step = _step(message, outcome, now)
    place = route.table.c
    if step is Disposition.SUSPEND:
        # Its person is told below; their stream is locked before the destination.
        streams.lock_owner(session, select(place.user_id).where(place.id == message.destination))
    held = update(route.table).where(place.id == message.destination, place.fence == message.fence)
    values = {"leased_until": None, **_pace(route, message, outcome, step, now, down=down)}
    if not finds(session, held.values(values).returning(place.id)):
        return False
    if isinstance(outcome, Sent):
        more = {"attempts": message.attempts + 1, "external_id": outcome.external_id}
        finish(session, message.id, MessageState.SENT, DeliveryState.SENT, None, **more)
    else:
        _carry_out(session, message, outcome, step, counts=RULES[outcome.failure].counts and not down)
    return True


def _step(message: Outgoing, outcome: Outcome, now: datetime) -> Disposition | None:
    """Return what RULES say; None for a message that was accepted."""
    if isinstance(outcome, Sent):
        return None
    rule = RULES[outcome.failure]
    if rule.at_last is not None and _times(message, outcome.failure) >= rule.most:
        return rule.at_last
    if rule.when_old is None or now < message.frozen_at + OLD_AFTER:
        return rule.then
    # What may have arrived cannot be taken back.
    return Disposition.UNCONFIRMED if rule.when_old is Disposition.ANEW and message.repeats else rule.when_old


def _times(message: Outgoing, failure: Failure) -> int:
    """Return how often a message has failed like this, this time included."""
    before = {
        Failure.AMBIGUOUS: message.repeats,
        Failure.UNPARSABLE: message.plain,
        Failure.TOO_LONG: message.most_lines == 1,
    }
    return 1 + before.get(failure, 0)


def _pace(
    route: Route, message: Outgoing, outcome: Outcome, step: Disposition | None, now: datetime, *, down: bool
) -> dict[str, object]:
    """Return when the destination may be sent to again, and what else changes about it."""
    if isinstance(outcome, Sent):
        busy = route.table.c.last_sent_at > now - LITTLE_LONGER * route.busy
        return {
            "next_send_at": case((busy, now + route.busy), else_=now + route.pace),
            "last_sent_at": now,
            "most_lines": MOST_LINES,
        }
    if step is Disposition.SHORTER:
        return {"next_send_at": now, "most_lines": route.table.c.most_lines // 2}
    if step in (Disposition.AT_ONCE, Disposition.WITHOUT_MARKUP):
        return {"next_send_at": now}
    if step not in (Disposition.AGAIN, Disposition.ANEW):
        return {"next_send_at": now + route.pace}
    return {"next_send_at": now + _pause(message, outcome, now, down=down)}


def _pause(message: Outgoing, failed: Failed, now: datetime, *, down: bool) -> timedelta:
    if failed.failure is Failure.FATAL:
        return REFUSED_ALTOGETHER
    if failed.failure is Failure.WAIT:
        asked = timedelta(seconds=failed.retry_after) if failed.retry_after is not None else DEFAULT_WAIT
        return min(max(asked, SHORTEST), LONGEST_WAIT)
    if down:
        return PROBE
    # Not beyond the time when it is still worth sending.
    left = message.frozen_at + OLD_AFTER - now
    longest = BACKOFF[min(message.attempts, len(BACKOFF) - 1)]
    return min(longest * random.uniform(0.8, 1), max(left, SHORTEST))  # noqa: S311 - jitter, no secret


def _carry_out(
    session: Session, message: Outgoing, failed: Failed, step: Disposition | None, *, counts: bool
) -> None:
    error = failed.error[:500]
    match step:
        case Disposition.SUSPEND:
            _fail(session, message, error, Reason.REFUSED)
            if message.channel is ChannelName.TELEGRAM:
                chats.suspend(session, int(message.address), failed.error)
            else:
                mailboxes.suspend(session, message.destination, failed.error)
        case Disposition.GIVE_UP:
            _fail(session, message, error, _OURS.get(failed.failure, Reason.GAVE_UP))
        case Disposition.UNCONFIRMED:
            unconfirmed = MessageState.UNCONFIRMED, DeliveryState.UNCONFIRMED
            finish(session, message.id, *unconfirmed, Reason.NO_ANSWER, last_error=error)
        case Disposition.SHORTER | Disposition.ANEW:
            withdraw(session, message.id, error)
        case _:
            _keep(session, message, failed, counts=counts)


def _keep(session: Session, message: Outgoing, failed: Failed, *, counts: bool) -> None:
    """Note what went wrong with a message that will be sent again."""
    if failed.failure is Failure.UNPARSABLE:
        log.error("%s refuses the markup of message %s; sending it without", message.channel, message.id)
    if failed.moved_to is not None:
        session.execute(
            update(_chats).where(_chats.c.id == message.destination).values(telegram_id=failed.moved_to)
        )
    session.execute(
        update(messages)
        .where(messages.c.id == message.id)
        .values(
            attempts=message.attempts + counts,
            repeats=message.repeats + (failed.failure is Failure.AMBIGUOUS),
            plain=message.plain or failed.failure is Failure.UNPARSABLE,
            under_way=False,
            last_error=failed.error[:500],
        )
    )


def _fail(session: Session, message: Outgoing, error: str, reason: Reason) -> None:
    more = {"attempts": message.attempts + 1, "last_error": error}
    finish(session, message.id, MessageState.FAILED, DeliveryState.FAILED, reason, **more)
