"""Buttons under messages, with Telegram's limits (https://core.telegram.org/bots/api#inlinekeyboardbutton)."""

import re

from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from sandbox.errors import bad_request, not_in_the_sandbox

MAX_CALLBACK_DATA_BYTES = 64
MAX_BUTTONS = 100

AnyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply


def checked_markup(markup: AnyMarkup | None) -> InlineKeyboardMarkup | None:
    """The inline keyboard that a message keeps, or None. Raises BotApiError 400."""
    if isinstance(markup, ReplyKeyboardMarkup):
        raise not_in_the_sandbox()
    if not isinstance(markup, InlineKeyboardMarkup):
        return None
    rows = [row for row in markup.inline_keyboard if row]
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _check_button(button: InlineKeyboardButton) -> None:
    if not button.text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if button.callback_data is not None:
        if not 1 <= len(button.callback_data.encode()) <= MAX_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif button.url is not None:
        if not re.match(r"(https?|tg)://\S+$", button.url, re.IGNORECASE):
            raise bad_request(f"inline keyboard button URL '{button.url}' is invalid: Wrong HTTP URL")
    elif len(button.model_fields_set - {"text"}) == 0:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    else:
        raise not_in_the_sandbox()
