"""Buttons that the bot never made for this person, as a stranger with other people's ids would have them."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.client import ChatMessage
from tests.bot.conftest import Parts
from tests.bot.phone import Phone


async def forge(parts: Parts, phone: Phone, data: CallbackData, picture: bytes | None = None) -> ChatMessage:
    """Return a message in somebody's chat with a button `?` that carries this, below a picture if given."""
    return await forge_raw(parts, phone, data.pack(), picture)


async def forge_raw(parts: Parts, phone: Phone, data: str, picture: bytes | None = None) -> ChatMessage:
    """Return the like of it for what no button of the bot can carry."""
    button = InlineKeyboardButton(text="?", callback_data=data)
    markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
    if picture is None:
        sent = await parts.bot.send_message(phone.id, "Forged", reply_markup=markup)
    else:
        file = BufferedInputFile(picture, "forged.png")
        sent = await parts.bot.send_photo(phone.id, file, caption="Forged", reply_markup=markup)
    return await phone.hears("Forged", after=sent.message_id - 1)
