"""The telegram channel: alerts as messages, with buttons where there is one item to act on."""

from collections.abc import Sequence
from html import escape

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.invitations import MOST_ROWS, asking_row
from bot.keyboards import item_row
from bot.outcomes import describe, is_permanent, wait_of
from core import events, wording
from core.channels import Composed, DeliveryError, Line, Outgoing
from core.models import ChannelName

# Telegram takes 4096 UTF-16 units after its entities are parsed; the rest is margin.
# https://core.telegram.org/bots/api#sendmessage
LONGEST = 4000
_HAVE_BUTTONS = (events.LevelEvent, events.ItemAdded, events.ItemUpdated, events.StockMoved)


class TelegramChannel:
    """Implements core.channels.Channel on the Bot API."""

    name = ChannelName.TELEGRAM

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def compose(self, lines: Sequence[Line]) -> Composed:
        """Return as many lines as one message holds."""
        told: list[str] = []
        length = 0
        for line in lines:
            length += _length(_plain(line)) + 2
            if told and length > LONGEST:
                break
            told.append(
                _html(line) if length <= LONGEST else escape(_plain(line)[: LONGEST // 2], quote=False)
            )
        return Composed("\n\n".join(told), _buttons(lines[: len(told)]), len(told))

    async def send(self, message: Outgoing) -> int:
        """Send and return Telegram's message_id. Raises DeliveryError."""
        rows = [
            [InlineKeyboardButton(text=label, callback_data=data) for label, data in row]
            for row in message.buttons
        ]
        keyboard = InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
        try:
            sent = await self._bot.send_message(message.address, message.text, reply_markup=keyboard)
        except AiogramError as error:
            raise DeliveryError(
                describe(error), permanent=is_permanent(error), retry_after=wait_of(error)
            ) from error
        return sent.message_id


def _plain(line: Line) -> str:
    return _sign(line) + _in_household(line.household, wording.sentence(line.event))


def _html(line: Line) -> str:
    household = escape(line.household, quote=False) if line.household else None
    return _sign(line) + _in_household(household, wording.sentence(line.event, wording.HTML))


def _sign(line: Line) -> str:
    return "⚠️ " if isinstance(line.event, events.StockRanLow | events.StockRanOut) else ""


def _in_household(household: str | None, sentence: str) -> str:
    return f"{household}: {sentence}" if household else sentence


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _buttons(lines: Sequence[Line]) -> list[list[tuple[str, str]]]:
    """Return the buttons of one item, or those for everybody who asks to be let in."""
    told = [line.event for line in lines]
    rows = [
        asking_row(event.link_id, event.user_name) for event in told if isinstance(event, events.JoinAsked)
    ][:MOST_ROWS]
    if len(told) == 1 and isinstance(told[0], _HAVE_BUTTONS):
        rows = [item_row(told[0].item.id)]
    return [[(button.text, button.callback_data or "") for button in row] for row in rows]
