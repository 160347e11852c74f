"""The outbox: claim a chat, send what is due for it, settle how that went.

At least once: a crash between the channel's answer and our settling repeats that one message.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from core import claims, settling
from core.channels import Channel, DeliveryError, Outgoing
from core.db import Transactions
from core.wake import Listener

log = logging.getLogger(__name__)

SEND_TIMEOUT = timedelta(seconds=10)
# Longer than a send may take, so that a lease only runs out on a process that died.
LEASE = timedelta(seconds=20)
MOST_AT_ONCE = 20


class Dispatcher:
    """Carries one channel's messages. Any number of them may run, in any number of processes."""

    def __init__(
        self,
        tx: Transactions,
        channel: Channel,
        *,
        send_timeout: timedelta = SEND_TIMEOUT,
        lease: timedelta = LEASE,
    ) -> None:
        self._tx = tx
        self._channel = channel
        self._send_timeout = send_timeout
        self._lease = lease
        self._under_way: set[asyncio.Task[None]] = set()

    async def run_once(self) -> int:
        """Send one message to each chat that has something due, and return how many that were."""
        claimed = await self._claim(MOST_AT_ONCE)
        await asyncio.gather(*(self._deliver(message) for message in claimed))
        return len(claimed)

    async def run(self, stop: asyncio.Event, listener: Listener) -> None:
        """Send until `stop`, then finish what is under way. A slow chat does not hold up the others."""
        while not stop.is_set():
            try:
                claimed = await self._claim(MOST_AT_ONCE - len(self._under_way))
            except Exception:
                log.exception("Messages could not be claimed; trying again")
                claimed = []
            for message in claimed:
                task = asyncio.create_task(self._deliver(message))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            if not claimed:
                await listener.wait()
        await asyncio.gather(*self._under_way)

    async def _claim(self, limit: int) -> Sequence[Outgoing]:
        if limit < 1 or not await self._tx.read(claims.anything_due):
            return []
        return await self._tx.write(claims.claim, self._channel, self._lease, limit)

    async def _deliver(self, message: Outgoing) -> None:
        outcome = await self._send(message)
        try:
            if not await self._tx.write(settling.settle, message, outcome):
                log.warning("Message %s was settled by somebody else meanwhile", message.id)
        except Exception:
            # The lease runs out and the same message is claimed again.
            log.exception("Message %s was sent but could not be settled", message.id)

    async def _send(self, message: Outgoing) -> settling.Outcome:
        try:
            async with asyncio.timeout(self._send_timeout.total_seconds()):
                return settling.Sent(await self._channel.send(message))
        except DeliveryError as error:
            if error.permanent:
                return settling.Refused(str(error))
            return settling.Retry(str(error), error.retry_after)
        except TimeoutError:
            return settling.Retry("no answer in time")
        except Exception as error:
            log.exception("Message %s could not be sent", message.id)
            return settling.Retry(type(error).__name__)
