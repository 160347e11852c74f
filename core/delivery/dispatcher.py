"""The outbox: claim a chat, send what is due for it, and settle how that went.

Messages are sent at least once: a crash between the channel's answer and settling repeats one.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import timedelta

from core import clock
from core.db import Transactions
from core.delivery import claims, settling
from core.delivery.breaker import SYSTEMIC, Breaker
from core.delivery.settling import PROBE
from core.errors import Unavailable
from core.wake import Beat, Listener, silent
from core.wording.channels import Channel, DeliveryError, Outgoing
from core.wording.outcomes import Failed, Failure, Outcome, Sent

log = logging.getLogger(__name__)

SEND_TIMEOUT = timedelta(seconds=10)
# How long a claimed message may wait for the channel's pace before it is put back.
TURN = timedelta(seconds=5)
# Longer than a turn and a send may take, so that a lease only runs out on a process that died.
LEASE = timedelta(seconds=20)
MOST_AT_ONCE = 20
# How long messages under way may take after a stop; then they are dropped and their leases run out.
STOP = timedelta(seconds=8)
# Between two tries while the database cannot be used; it doubles each time.
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 4.0
# How often settling is tried. A message that is still not settled then is sent once more.
SETTLE_TRIES = 4
# The failures of a channel that takes nothing at all.
DOWN = SYSTEMIC | {Failure.FATAL}
NO_TURN = Failed(Failure.WAIT, "its turn did not come", retry_after=0)


class Dispatcher:
    """Sends one channel's messages. Many may run, in several processes."""

    def __init__(
        self,
        tx: Transactions,
        channel: Channel,
        *,
        turn: timedelta = TURN,
        send_timeout: timedelta = SEND_TIMEOUT,
        lease: timedelta = LEASE,
        grace: timedelta = STOP,
        beat: Beat = silent,
    ) -> None:
        self._tx = tx
        self._channel = channel
        self._turn = turn
        self._send_timeout = send_timeout
        self._lease = lease
        self._breaker = Breaker()
        self._grace = grace
        self._beat = beat
        self._under_way: set[asyncio.Task[None]] = set()
        self._next_question = clock.utcnow()
        self.problem: str | None = None
        """Why nothing can be sent right now, in a few words."""

    async def run_once(self) -> int:
        """Send one message to each destination that has something due, and return how many were sent."""
        claimed = await self._claim(MOST_AT_ONCE)
        await asyncio.gather(*(self._deliver(message) for message in claimed))
        return len(claimed)

    async def run(self, stop: asyncio.Event, listener: Listener) -> None:
        """Send until `stop`, then finish what is under way. A slow chat does not hold up the others."""
        pause = SHORTEST_PAUSE_S
        while not stop.is_set():
            try:
                claimed = await self._claim(MOST_AT_ONCE - len(self._under_way))
            except Exception as error:
                if isinstance(error, Unavailable):
                    log.warning("Messages wait for the database; trying again in %g s", pause)
                else:
                    log.exception("Messages could not be claimed; trying again in %g s", pause)
                await _wait(stop, pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
                continue
            pause = SHORTEST_PAUSE_S
            for message in claimed:
                task = asyncio.create_task(self._deliver(message))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            await self._beat(self.problem)
            if not claimed:
                await self._rest(listener)
        await self._finish()

    async def _finish(self) -> None:
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=self._grace.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _rest(self, listener: Listener) -> None:
        """Wait for something new, or for a send to finish."""
        waiting = asyncio.create_task(listener.wait())
        await asyncio.wait({waiting, *self._under_way}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def _claim(self, limit: int) -> Sequence[Outgoing]:
        if limit < 1:
            return []
        if not await self._tx.read(claims.anything_due, self._channel):
            await self._look_again()
            return []
        allowed = self._breaker.allowed(limit)
        # A message that may have arrived is not tried often, so the channel is probed first.
        if not allowed or (self._breaker.is_open and await self._ask() in SYSTEMIC):
            return []
        return await self._claim_for_all(allowed)

    async def _claim_for_all(self, limit: int) -> Sequence[Outgoing]:
        """Claim many in one transaction, or each apart when one of them makes that fail."""
        try:
            return await self._tx.write(claims.claim, self._channel, self._lease, limit)
        except Unavailable:
            raise
        except Exception:
            log.warning("Messages could not be made together; making each on its own")
        return await self._tx.write(claims.claim, self._channel, self._lease, limit, apart=True)

    async def _look_again(self) -> None:
        """Check now and then whether a problem is over although there is nothing to send."""
        if self.problem is not None and self._may_ask() and await self._ask() not in DOWN:
            self.problem = None

    def _may_ask(self) -> bool:
        """Return whether it is time for another probe; if so, it is counted."""
        if self._breaker.is_open:
            return self._breaker.allowed(1) > 0
        now = clock.utcnow()
        if now < self._next_question:
            return False
        self._next_question = now + PROBE
        return True

    async def _ask(self) -> Failure | None:
        """Probe the channel and return what is wrong with it."""
        try:
            async with asyncio.timeout(self._send_timeout.total_seconds()):
                await self._channel.probe()
        except DeliveryError as error:
            return error.failure
        except TimeoutError:
            return Failure.AMBIGUOUS
        return None

    async def _deliver(self, message: Outgoing) -> None:
        outcome = await self._send(message)
        # Having to wait for others says nothing about the channel.
        down = outcome is not NO_TURN and self._breaker.note(outcome)
        self._note_problem(outcome)
        await self._settle(message, outcome, down=down)

    async def _settle(self, message: Outgoing, outcome: Outcome, *, down: bool) -> None:
        pause = SHORTEST_PAUSE_S
        for tries_left in reversed(range(SETTLE_TRIES)):
            try:
                if not await self._tx.write(settling.settle, message, outcome, down=down):
                    log.warning("Message %s was already settled by another dispatcher", message.id)
            except Unavailable:
                if tries_left:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE_S)
                    continue
                # The lease runs out and the message is claimed again.
                log.warning("Message %s could not be settled: the database cannot be used", message.id)
            except Exception:
                log.exception("Message %s was sent but could not be settled", message.id)
            return

    async def _send(self, message: Outgoing) -> Outcome:
        try:
            async with asyncio.timeout(self._turn.total_seconds()):
                await self._channel.turn(message)
        except TimeoutError:
            return NO_TURN
        try:
            async with asyncio.timeout(self._send_timeout.total_seconds()):
                return Sent(await self._channel.send(message))
        except DeliveryError as error:
            return Failed(error.failure, str(error), error.retry_after, error.moved_to)
        except TimeoutError:
            return Failed(Failure.AMBIGUOUS, "no answer in time")
        except Exception as error:
            log.exception("Message %s could not be sent", message.id)
            return Failed(Failure.AMBIGUOUS, type(error).__name__)

    def _note_problem(self, outcome: Outcome) -> None:
        if isinstance(outcome, Sent) or (outcome is not NO_TURN and outcome.failure not in DOWN):
            self.problem = None
        elif outcome.failure is Failure.FATAL:
            if self.problem is None:
                log.error("%s refuses us altogether: %s", self._channel.name, outcome.error)
            self.problem = outcome.error
        elif self._breaker.is_open:
            self.problem = f"{self._channel.name} cannot be reached: {outcome.error}"


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
