"""Texts of messages, within Telegram's limits.

Plain functions: a test can ask them without a server whether Telegram would take a text.
"""

from typing import Any

from aiogram.types import MessageEntity

from sandbox.errors import bad_request
from sandbox.messages.entities import Text, compose
from sandbox.messages.utf16 import utf16_length

# UTF-16 code units, after the entities are parsed: https://core.telegram.org/bots/api#sendmessage says
# characters, and whoever keeps within this keeps within either.
MAX_TEXT, MAX_CAPTION = 4096, 1024
# Bytes before anything is parsed: get_formatted_text in the Bot API server's Client.cpp.
MAX_SOURCE = 1 << 15


def message_text(text: str | None, parse_mode: Any, entities: list[MessageEntity] | None = None) -> Text:
    """The text of a message as Telegram keeps it. Raises BotApiError 400."""
    return _within(_composed(text, parse_mode, entities), "message is too long")


def edited_text(text: str | None, parse_mode: Any, entities: list[MessageEntity] | None = None) -> Text:
    """As message_text, but Telegram refuses a long text in other words where it replaces one."""
    return _within(_composed(text, parse_mode, entities), "MESSAGE_TOO_LONG")


def caption_text(text: str | None, parse_mode: Any, entities: list[MessageEntity] | None = None) -> Text:
    """The caption of a photo or document, which may be empty. Raises BotApiError 400."""
    return _short(_composed(text, parse_mode, entities), "message caption is too long")


def edited_caption(text: str | None, parse_mode: Any, entities: list[MessageEntity] | None = None) -> Text:
    """As caption_text, in the words of an edit."""
    return _short(_composed(text, parse_mode, entities), "MEDIA_CAPTION_TOO_LONG")


def _composed(text: str | None, parse_mode: Any, entities: list[MessageEntity] | None) -> Text:
    source = text or ""
    if len(source.encode(errors="surrogatepass")) > MAX_SOURCE:
        raise bad_request("text is too long")
    return compose(source, parse_mode if isinstance(parse_mode, str) else None, entities)


def _short(composed: Text, refusal: str) -> Text:
    if utf16_length(composed.text) > MAX_CAPTION:
        raise bad_request(refusal)
    return composed


def _within(composed: Text, refusal: str) -> Text:
    if not composed.text:
        raise bad_request("message text is empty")
    if utf16_length(composed.text) > MAX_TEXT:
        raise bad_request(refusal)
    return composed
