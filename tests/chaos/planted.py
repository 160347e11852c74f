"""Dispatchers with a bug each. The checker must find every one of them."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import table
from core.delivery import settling
from core.delivery.dispatcher import Dispatcher
from core.models import Chat, Delivery, DeliveryState
from core.wording.channels import Outgoing
from core.wording.outcomes import Outcome, Sent

deliveries, _chats = table(Delivery), table(Chat)


class SettlesFirst(Dispatcher):
    """Says that a message was sent before it is."""

    async def _deliver(self, message: Outgoing) -> None:
        await self._tx.write(settling.settle, message, Sent(None))
        await self._send(message)


class IgnoresTheFence(Dispatcher):
    """Settles for a chat that somebody else holds by now."""

    async def _deliver(self, message: Outgoing) -> None:
        outcome = await self._send(message)
        await self._tx.write(settle_anyhow, message, outcome)


def settle_anyhow(session: Session, message: Outgoing, outcome: Outcome) -> bool:
    held = select(_chats.c.fence).where(_chats.c.id == message.destination)
    return settling.settle(session, replace(message, fence=session.execute(held).scalar_one()), outcome)


class ForgetsFolds(Dispatcher):
    """Loses sight of what was folded into a message."""

    async def _claim(self, limit: int) -> Sequence[Outgoing]:
        claimed = await super()._claim(limit)
        await self._tx.write(forget_folds, [message.id for message in claimed])
        return claimed


def forget_folds(session: Session, message_ids: Sequence[UUID]) -> None:
    folded = deliveries.c.state == DeliveryState.FOLDED
    session.execute(
        update(deliveries).where(deliveries.c.message_id.in_(message_ids), folded).values(message_id=None)
    )


class ForgetsToSettle(Dispatcher):
    """Leaves what it has sent to whoever comes when its lease has run out."""

    async def _deliver(self, message: Outgoing) -> None:
        await self._send(message)


class TakesWhatIsHeld(Dispatcher):
    """Thinks that every lease has run out."""

    async def _claim(self, limit: int) -> Sequence[Outgoing]:
        if await self._tx.read(anything_held):
            await self._tx.write(let_leases_run_out)
        return await super()._claim(limit)


def anything_held(session: Session) -> bool:
    held = select(_chats.c.id).where(_chats.c.leased_until > clock.utcnow()).limit(1)
    return session.execute(held).first() is not None


def let_leases_run_out(session: Session) -> None:
    now = clock.utcnow()
    session.execute(update(_chats).where(_chats.c.leased_until > now).values(leased_until=now))


PLANTED: dict[str, type[Dispatcher]] = {
    kind.__name__: kind
    for kind in (SettlesFirst, IgnoresTheFence, ForgetsFolds, ForgetsToSettle, TakesWhatIsHeld)
}
