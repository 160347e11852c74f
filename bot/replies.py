"""What a handler answers, and how it is sent. Handlers only return it, because the commit comes first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramRetryAfter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
    Update,
)

from bot.outcomes import PASSING, describe, wait_of

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

# https://core.telegram.org/bots/api#answercallbackquery
LONGEST_TOAST = 200
TRIES = 3
LONGEST_WAIT_S = 30.0


@dataclass(frozen=True)
class Attachment:
    """A file to send."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Reply:
    """An answer to one update.

    `text` (HTML) is a new message to somebody who wrote. For a pressed button it replaces the message with
    the button, unless `in_place` is off or that message is a picture. `toast` is shown to whoever pressed,
    with `alert` until they close it. `quote` makes the answer a Telegram reply, so its buttons can see what
    it answers. A `document` is sent to somebody who wrote, with the text below it. `page` is set if a page of
    the settings is shown: it is what a button to that page carries. An answer that replaces such a page
    `covers` it: the page comes back when the settings change elsewhere.
    """

    text: str | None = None
    keyboard: InlineKeyboardMarkup | None = None
    toast: str | None = None
    alert: bool = False
    in_place: bool = True
    quote: bool = False
    document: Attachment | None = None
    page: CallbackData | None = None
    covers: "Reply | None" = None


async def deliver(bot: Bot, update: Update, reply: Reply) -> int | None:
    """Send an answer, and return the id of the message that shows it, if that is certain.

    If Telegram does not take the answer, that is only logged: what was done stays done.
    """
    try:
        if update.callback_query is not None:
            return await _answer_button(bot, update.callback_query, reply)
        if update.message is not None:
            return await _answer_message(bot, update.message, reply)
    except AiogramError as error:
        log.warning("The answer to update %s did not arrive: %s", update.update_id, describe(error))
    return None


async def _answer_message(bot: Bot, message: Message, reply: Reply) -> int | None:
    if reply.text is None:
        return None
    if reply.document is not None:
        file = BufferedInputFile(reply.document.content, reply.document.name)
        sent = await _insist(bot.send_document, message.chat.id, file, caption=reply.text)
        return sent.message_id
    quoted = ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True)
    return await _send(bot, message.chat.id, reply, quoted if reply.quote else None)


async def _answer_button(bot: Bot, query: CallbackQuery, reply: Reply) -> int | None:
    toast = reply.toast[:LONGEST_TOAST] if reply.toast else None
    try:
        await _insist(bot.answer_callback_query, query.id, text=toast, show_alert=reply.alert)
    except AiogramError as error:
        # Telegram forgets a press after a while; the message can be edited all the same.
        log.info("A pressed button was not answered: %s", describe(error))
    if reply.text is None:
        return None
    chat_id = query.message.chat.id if query.message else query.from_user.id
    # Below a picture there is no text that could be edited.
    if reply.in_place and isinstance(query.message, Message) and query.message.text is not None:
        try:
            await edit(bot, chat_id, query.message.message_id, reply)
        except TelegramBadRequest as error:
            log.info("A message could not be edited, a new one is sent: %s", describe(error))
        else:
            return query.message.message_id
    return await _send(bot, chat_id, reply)


async def edit(bot: Bot, chat_id: int, message_id: int, reply: Reply) -> None:
    """Replace a message by an answer. Raises AiogramError."""
    assert reply.text is not None
    try:
        await _insist(
            bot.edit_message_text,
            reply.text,
            chat_id=chat_id,
            message_id=message_id,
            reply_markup=reply.keyboard,
        )
    except TelegramBadRequest as error:
        if "message is not modified" not in error.message:
            raise


async def _send(bot: Bot, chat_id: int, reply: Reply, quoted: ReplyParameters | None = None) -> int:
    assert reply.text is not None
    sent = await _insist(
        bot.send_message, chat_id, reply.text, reply_markup=reply.keyboard, reply_parameters=quoted
    )
    return sent.message_id


async def _insist(call: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call until Telegram accepts. An answer sent twice does less harm than one that is lost."""
    for attempt in range(1, TRIES + 1):
        try:
            return await call(*args, **kwargs)
        except (TelegramRetryAfter, *PASSING) as error:
            wait = wait_of(error)
            if attempt == TRIES or (wait or 0) > LONGEST_WAIT_S:
                raise
            await asyncio.sleep(wait or attempt)
    raise AssertionError("the last try returns or raises")
