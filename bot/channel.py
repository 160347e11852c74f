"""The telegram channel: alerts as messages."""

from collections.abc import Sequence
from uuid import UUID

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import AiogramError, TelegramMigrateToChat
from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot import alerts
from bot.limiter import Lane
from bot.outcomes import describe, failure_of, wait_of
from bot.session import Accepted, limiter_of, paced_already
from core.channels import Composed, DeliveryError, Line, Outgoing, Recap
from core.models import ChannelName
from core.severity import Severity


class TelegramChannel:
    """Implements core.channels.Channel on the Bot API."""

    name = ChannelName.TELEGRAM

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def compose(
        self, message_id: UUID, lines: Sequence[Line], most: int, recap: Recap | None = None
    ) -> Composed:
        """Return the worst of what there is to tell, and a button that pages through the rest."""
        return alerts.page(message_id, lines, 1, most, recap)

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
        """Send and return Telegram's message_id; None when it took the message but could not say so.

        Raises DeliveryError.
        """
        text = alerts.without_markup(message.text) if message.plain else message.text
        rows = [
            [InlineKeyboardButton(text=label, callback_data=data) for label, data in row]
            for row in message.buttons
        ]
        send = SendMessage(
            chat_id=int(message.address),
            text=f"{alerts.MAYBE_AGAIN}\n{text}" if message.repeats else text,
            parse_mode=None if message.plain else ParseMode.HTML,
            reply_markup=InlineKeyboardMarkup(inline_keyboard=rows) if rows else None,
        )
        try:
            with paced_already():
                return (await self._bot(send)).message_id
        except Accepted:
            return None
        except AiogramError as error:
            raise _refusal(error) from error


def _lane(severity: Severity) -> Lane:
    if severity >= Severity.OUT:
        return Lane.CRITICAL
    return Lane.DIGEST if severity is Severity.DIGEST else Lane.ALERT


def _refusal(error: AiogramError) -> DeliveryError:
    moved_to = error.migrate_to_chat_id if isinstance(error, TelegramMigrateToChat) else None
    return DeliveryError(failure_of(error), describe(error), retry_after=wait_of(error), moved_to=moved_to)
