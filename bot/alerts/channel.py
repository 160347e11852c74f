"""The telegram channel: alerts as messages, with a picture where there is one."""

import logging
from collections.abc import Sequence
from uuid import UUID

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import AiogramError, TelegramMigrateToChat
from aiogram.methods import SendMessage, SendPhoto
from aiogram.types import BufferedInputFile

from bot.alerts import alert_view
from bot.keyboards import unpacked
from bot.limiter import Lane
from bot.markup import units
from bot.outcomes import describe, failure_of, wait_of
from bot.session import AnswerUnreadable, limiter_of, paced_already
from core.delivery import pictures
from core.events.severity import Severity
from core.models import ChannelName
from core.wording.channels import Composed, DeliveryError, Line, Outgoing, Recap
from core.wording.outcomes import Failure

log = logging.getLogger(__name__)


class TelegramChannel:
    """Implements core.wording.channels.Channel on the Bot API."""

    name = ChannelName.TELEGRAM

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def compose(
        self, message_id: UUID, lines: Sequence[Line], most: int, recap: Recap | None = None
    ) -> Composed:
        """Return the first page, with a button to the rest."""
        return alert_view.page(message_id, lines, 1, most, recap)

    async def turn(self, message: Outgoing) -> None:
        """Wait until the pace of the bot and of the chat allows the message."""
        await limiter_of(self._bot).turn(int(message.address), _lane(message.severity))

    async def probe(self) -> None:
        """Ask Telegram who the bot is. Raises DeliveryError."""
        try:
            await self._bot.get_me()
        except AiogramError as error:
            raise _refusal(error) from error

    async def send(self, message: Outgoing) -> int | None:
        """Send, and return Telegram's message_id, or None if Telegram's answer was unreadable.

        A text too long for a caption, or whose picture cannot be sent, goes alone. Raises DeliveryError.
        """
        text = _text(message)
        picture = await pictures.draw(message) if _fits_below_picture(text, message) else None
        if picture is not None:
            try:
                return await self._call(_photo(message, text, picture))
            except DeliveryError as error:
                if error.failure is not Failure.REFUSED:
                    raise
                log.warning("Telegram refuses the picture of message %s: %s", message.id, error)
        return await self._call(_message(message, text))

    async def _call(self, method: SendMessage | SendPhoto) -> int | None:
        try:
            with paced_already():
                return (await self._bot(method)).message_id
        except AnswerUnreadable:
            return None
        except AiogramError as error:
            raise _refusal(error) from error


def _lane(severity: Severity) -> Lane:
    if severity >= Severity.OUT:
        return Lane.CRITICAL
    return Lane.DIGEST if severity is Severity.DIGEST else Lane.ALERT


def _text(message: Outgoing) -> str:
    text = alert_view.without_markup(message.text) if message.plain else message.text
    return f"{alert_view.MAYBE_AGAIN}\n{text}" if message.repeats else text


def _fits_below_picture(text: str, message: Outgoing) -> bool:
    shown = text if message.plain else alert_view.without_markup(text)
    return units(shown) <= alert_view.MOST_BELOW_PICTURE


def _message(message: Outgoing, text: str) -> SendMessage:
    return SendMessage(
        chat_id=int(message.address),
        text=text,
        parse_mode=_parse_mode(message),
        reply_markup=unpacked(message.buttons),
        disable_notification=message.silent or None,
    )


def _photo(message: Outgoing, text: str, picture: bytes) -> SendPhoto:
    return SendPhoto(
        chat_id=int(message.address),
        photo=BufferedInputFile(picture, "chart.png"),
        caption=text,
        parse_mode=_parse_mode(message),
        reply_markup=unpacked(message.buttons),
        disable_notification=message.silent or None,
    )


def _parse_mode(message: Outgoing) -> ParseMode | None:
    return None if message.plain else ParseMode.HTML


def _refusal(error: AiogramError) -> DeliveryError:
    moved_to = error.migrate_to_chat_id if isinstance(error, TelegramMigrateToChat) else None
    return DeliveryError(failure_of(error), describe(error), retry_after=wait_of(error), moved_to=moved_to)
