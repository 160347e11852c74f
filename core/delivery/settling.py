"""Settling: what a send came to. Only the holder of the destination's fence may say."""

import logging
import random
from datetime import datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import table
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

# No destination is tried again sooner.
SHORTEST = timedelta(seconds=1)
# While the channel as a whole is down, one message at a time finds out whether it is back.
PROBE = timedelta(seconds=5)
REFUSED_ALTOGETHER = timedelta(minutes=1)


def settle(session: Session, message: Outgoing, outcome: Outcome, *, down: bool = False) -> bool:
    """Record an outcome and free the destination. False when somebody else holds it by now.

    `down`: it is the channel that fails, not this message, so nothing counts against it.
    """
    route, now = ROUTES[message.channel], clock.utcnow()
    step = _step(message, outcome, now)
    place = route.table.c
    if step is Disposition.SUSPEND:
        # Telling its person comes after; their stream is locked before the destination is.
        streams.lock_owner(session, select(place.user_id).where(place.id == message.destination))
    held = update(route.table).where(place.id == message.destination, place.fence == message.fence)
    values = {"leased_until": None, **_pace(route, message, outcome, step, now, down=down)}
    if session.execute(held.values(values).returning(place.id)).first() is None:
        return False
    if isinstance(outcome, Sent):
        finish(
            session,
            message.id,
            MessageState.SENT,
            DeliveryState.SENT,
            None,
            attempts=message.attempts + 1,
            external_id=outcome.external_id,
        )
    else:
        _carry_out(session, message, outcome, step, counts=RULES[outcome.failure].counts and not down)
    return True


def _step(message: Outgoing, outcome: Outcome, now: datetime) -> Disposition | None:
    """Return what the table says; None for a message that was accepted."""
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
    """Return how often a message has failed like this by now."""
    match failure:
        case Failure.AMBIGUOUS:
            return message.repeats + 1
        case Failure.UNPARSABLE:
            return 2 if message.plain else 1
        case Failure.TOO_LONG:
            return 2 if message.most_lines == 1 else 1
    return 1


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
    # Not later than the last moment at which it is still worth sending.
    left = message.frozen_at + OLD_AFTER - now
    longest = BACKOFF[min(message.attempts, len(BACKOFF) - 1)]
    return min(longest * random.uniform(0.8, 1), max(left, SHORTEST))  # noqa: S311 - jitter, no secret


def _carry_out(
    session: Session, message: Outgoing, failed: Failed, step: Disposition | None, *, counts: bool
) -> None:
    match step:
        case Disposition.SUSPEND:
            _fail(session, message, failed, Reason.REFUSED)
            _suspend(session, message, failed.error)
        case Disposition.GIVE_UP:
            _fail(
                session,
                message,
                failed,
                Reason.GAVE_UP if failed.failure is Failure.CLEAN else Reason(failed.failure),
            )
        case Disposition.UNCONFIRMED:
            unconfirmed = MessageState.UNCONFIRMED, DeliveryState.UNCONFIRMED
            finish(session, message.id, *unconfirmed, Reason.NO_ANSWER, last_error=failed.error[:500])
        case Disposition.SHORTER | Disposition.ANEW:
            withdraw(session, message.id, failed.error[:500])
        case _:
            _keep(session, message, failed, counts=counts)


def _keep(session: Session, message: Outgoing, failed: Failed, *, counts: bool) -> None:
    """Note what went wrong with a message that will be sent again."""
    if failed.failure is Failure.UNPARSABLE:
        log.error("Message %s has markup that %s refuses; it goes out without", message.id, message.channel)
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


def _fail(session: Session, message: Outgoing, failed: Failed, reason: Reason) -> None:
    finish(
        session,
        message.id,
        MessageState.FAILED,
        DeliveryState.FAILED,
        reason,
        attempts=message.attempts + 1,
        last_error=failed.error[:500],
    )


def _suspend(session: Session, message: Outgoing, error: str) -> None:
    if message.channel is ChannelName.TELEGRAM:
        chats.suspend(session, int(message.address), error)
    else:
        mailboxes.suspend(session, message.destination, error)
