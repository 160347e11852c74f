"""The worker: handles stored updates, in order within a chat, many chats at a time."""

import asyncio
import logging
import traceback
from collections.abc import Sequence
from itertools import groupby

import aiogram
from aiogram import Bot
from aiogram.types import Update

from bot.replies import Reply, deliver
from bot.transactions import AlreadyDone, UpdateTransactions
from core import heartbeats, inbound
from core.db import Transactions
from core.heartbeats import Beat
from core.inbound import ReceivedUpdate
from core.wake import Listener

log = logging.getLogger(__name__)

CHATS_AT_ONCE = 16
PAUSE_S = 0.5
# How long answers that are on their way may still take after a stop.
STOP_S = 8.0

LOST = Reply("That went through, but the answer got lost. Send /stock to see how things are now.")
SAVED_BUT_FAILED = Reply(
    "Sorry, something went wrong on our side after your change was saved. Send /stock to check it."
)
SORRY = Reply("Sorry, something went wrong on our side, and nothing was changed. Please try something else.")


class Worker:
    """Feeds pending updates to aiogram. Any number may run: an update's first commit decides."""

    def __init__(
        self,
        bot: Bot,
        dispatcher: aiogram.Dispatcher,
        tx: Transactions,
        beat: Beat = heartbeats.silent,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._tx = tx
        self._beat = beat
        self._places = asyncio.Semaphore(CHATS_AT_ONCE)
        self._busy: dict[int, asyncio.Task[None]] = {}

    async def run_once(self) -> int:
        """Handle what is pending, answers included, and return how many updates that were."""
        begun = await self._begin()
        await asyncio.gather(*self._busy.values())
        return begun

    async def run(self, stop: asyncio.Event, listener: Listener) -> None:
        """Handle updates until stopped. A chat that Telegram slows down does not hold up the others."""
        while not stop.is_set():
            try:
                begun = await self._begin()
                await self._beat()
            except Exception as error:
                log.warning("Updates cannot be read: %s; trying again", type(error).__name__)
                begun = 0
            if not begun:
                await self._rest(listener)
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=STOP_S)
            for task in late:
                task.cancel()

    async def _rest(self, listener: Listener) -> None:
        """Wait for something new, or for a chat to be free for what it has waiting."""
        waiting = asyncio.ensure_future(listener.wait())
        await asyncio.wait({waiting, *self._busy.values()}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def _begin(self) -> int:
        """Start on the updates of chats that are not being handled, and return how many."""
        pending = await self._tx.read(inbound.pending, besides=list(self._busy))
        by_chat = sorted(pending, key=_chat)
        for chat, updates in groupby(by_chat, key=_chat):
            task = asyncio.create_task(self._handle_chat(list(updates)))
            self._busy[chat] = task
            task.add_done_callback(lambda _, chat=chat: self._busy.pop(chat))  # type: ignore[misc]
        return len(pending)

    async def _handle_chat(self, updates: Sequence[ReceivedUpdate]) -> None:
        async with self._places:
            for update in updates:
                try:
                    if not await self._handle(update):
                        return
                except Exception as error:
                    # It stays pending: mostly the database cannot be used, and will be again.
                    log.warning("Update %s waits: %s", update.update_id, type(error).__name__)
                    await asyncio.sleep(PAUSE_S)
                    return

    async def _handle(self, received: ReceivedUpdate) -> bool:
        """Handle one update. False when it is to be tried again before those after it."""
        tx = UpdateTransactions(self._tx, received.update_id)
        try:
            update = Update.model_validate(received.payload, context={"bot": self._bot})
        except ValueError as error:
            log.error("Update %s cannot be read: %s", received.update_id, type(error).__name__)
            return await self._tx.write(inbound.fail, received.update_id)
        try:
            reply = await self._dispatcher.feed_update(self._bot, update, tx=tx)
        except AlreadyDone:
            return True
        except Exception as error:
            reply = await self._count_failure(tx, update, error)
            if reply is None:
                return False
        else:
            if not tx.done and not await tx.finish():
                reply = LOST if tx.tried else None
        if isinstance(reply, Reply):
            await deliver(self._bot, update, reply)
        return True

    async def _count_failure(self, tx: UpdateTransactions, update: Update, error: Exception) -> Reply | None:
        # The error's text may quote what somebody typed, a link code perhaps; where it happened does not.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("Update %s failed with %s\n%s", update.update_id, type(error).__name__, where)
        if tx.done:
            return SAVED_BUT_FAILED
        return SORRY if await self._tx.write(inbound.fail, update.update_id) else None


def _chat(update: ReceivedUpdate) -> int:
    return update.chat_telegram_id or 0
