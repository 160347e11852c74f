"""The worker: handles stored updates and edits open menus, in order within a chat, many chats at a time."""

import asyncio
import logging
import traceback
from collections.abc import Collection, Coroutine, Sequence
from itertools import groupby

import aiogram
from aiogram import Bot
from aiogram.types import Update
from sqlalchemy.orm import Session

from bot.replies import Reply, deliver
from bot.settings import open_menus
from bot.transactions import AlreadyDone, UpdateTransactions
from core.db import Transactions
from core.settings import open_menus as stored_menus
from core.telegram import inbound
from core.telegram.inbound import ReceivedUpdate
from core.wake import Beat, Listener, silent

log = logging.getLogger(__name__)

CHATS_AT_ONCE = 16
PAUSE_S = 0.5
# After an edit that failed. A menu can wait longer than an answer.
MENU_PAUSE_S = 5.0
# How long answers may still take after a stop.
STOP_S = 8.0

LOST = Reply("That went through, but my answer got lost. Send /stock to see how things are now.")
SAVED_BUT_FAILED = Reply(
    "Sorry, something went wrong on our side after your change was saved. Send /stock to check it."
)
SORRY = Reply("Sorry, something went wrong on our side, and nothing was changed. Please try something else.")


class Worker:
    """Feeds pending updates to aiogram. Any number may run: the first commit for an update wins.

    Within one worker, a chat's menu is never edited while an answer to that chat is being sent.
    """

    def __init__(
        self,
        bot: Bot,
        dispatcher: aiogram.Dispatcher,
        tx: Transactions,
        beat: Beat = silent,
        *,
        menu_pause: float = MENU_PAUSE_S,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._tx = tx
        self._beat = beat
        self._menu_pause = menu_pause
        self._places = asyncio.Semaphore(CHATS_AT_ONCE)
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._resting: set[int] = set()
        """Chats whose menu could not be edited just now."""

    async def run_once(self) -> int:
        """Handle what is pending, answers included, and return how many updates and menus there were."""
        begun = await self._begin()
        await asyncio.gather(*self._busy.values())
        return begun

    async def run(self, stop: asyncio.Event, listener: Listener) -> None:
        """Handle updates until stopped. A chat that Telegram slows down does not delay the others."""
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
        """Wait for something new, or for a busy chat to become free."""
        waiting = asyncio.ensure_future(listener.wait())
        await asyncio.wait({waiting, *self._busy.values()}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def _begin(self) -> int:
        """Start on the updates and menus of chats that are not busy, and return how many there are."""
        busy = list(self._busy)
        pending, stale = await self._tx.read(_waiting, busy, [*busy, *self._resting])
        by_chat = sorted(pending, key=_chat)
        for chat, updates in groupby(by_chat, key=_chat):
            self._start(chat, self._handle_chat(list(updates)))
        # A menu as it was before an answer must not be shown after it.
        idle = [chat for chat in stale if chat not in self._busy]
        for chat in idle:
            self._start(chat, self._refresh_menu(chat))
        return len(pending) + len(idle)

    def _start(self, chat: int, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._busy[chat] = task
        task.add_done_callback(lambda _: self._busy.pop(chat))

    async def _refresh_menu(self, chat: int) -> None:
        async with self._places:
            try:
                done = await open_menus.refresh(self._bot, self._tx, chat)
            except Exception as error:
                log.error("A menu cannot be edited: %s\n%s", type(error).__name__, _where(error))
                done = False
        if not done:
            self._resting.add(chat)
            asyncio.get_running_loop().call_later(self._menu_pause, self._resting.discard, chat)

    async def _handle_chat(self, updates: Sequence[ReceivedUpdate]) -> None:
        async with self._places:
            for update in updates:
                try:
                    if not await self._handle(update):
                        return
                except Exception as error:
                    # It stays pending. Most likely the database is gone for a while.
                    log.warning("Update %s waits: %s", update.update_id, type(error).__name__)
                    await asyncio.sleep(PAUSE_S)
                    return

    async def _handle(self, received: ReceivedUpdate) -> bool:
        """Handle one update. Return False if it has to be tried again before the next ones."""
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
            await self._answer(update, received.chat_telegram_id, reply)
        return True

    async def _answer(self, update: Update, chat: int | None, reply: Reply) -> None:
        shown_in = await deliver(self._bot, update, reply)
        if shown_in is not None and chat is not None:
            try:
                await open_menus.keep(self._tx, chat, shown_in, reply)
            except Exception as error:
                log.error("A menu is not followed: %s\n%s", type(error).__name__, _where(error))

    async def _count_failure(self, tx: UpdateTransactions, update: Update, error: Exception) -> Reply | None:
        log.error("Update %s failed with %s\n%s", update.update_id, type(error).__name__, _where(error))
        if tx.done:
            return SAVED_BUT_FAILED
        return SORRY if await self._tx.write(inbound.fail, update.update_id) else None


def _waiting(
    session: Session, busy: Collection[int], no_menus: Collection[int]
) -> tuple[list[ReceivedUpdate], list[int]]:
    return inbound.pending(session, besides=busy), stored_menus.stale(session, besides=no_menus)


def _where(error: Exception) -> str:
    """Return where an error happened, without its text, which may quote a link code that somebody typed."""
    return "".join(traceback.format_tb(error.__traceback__))


def _chat(update: ReceivedUpdate) -> int:
    return update.chat_telegram_id or 0
