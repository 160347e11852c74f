"""Texts of messages, within Telegram's limits. Tests can call this without a server."""

from typing import Any

from aiogram.types import MessageEntity

from sandbox.errors import bad_request
from sandbox.messages.entities import Text, compose
from sandbox.messages.utf16 import utf16_length

# After the entities are parsed. https://core.telegram.org/bots/api#sendmessage says characters; these are
# UTF-16 code units, of which a text never has fewer.
MAX_TEXT, MAX_CAPTION = 4096, 1024
# Bytes before anything is parsed: get_formatted_text in the Bot API server's Client.cpp.
MAX_SOURCE = 1 << 15


def message_text(
    text: str | None, parse_mode: Any, entities: list[MessageEntity] | None = None, *, edits: bool = False
) -> Text:
    """The text of a new or edited message as Telegram keeps it. Raises BotApiError 400."""
    refusal = "MESSAGE_TOO_LONG" if edits else "message is too long"
    composed = _composed(text, parse_mode, entities, MAX_TEXT, refusal)
    if not composed.text:
        raise bad_request("message text is empty")
    return composed


def caption_text(
    text: str | None, parse_mode: Any, entities: list[MessageEntity] | None = None, *, edits: bool = False
) -> Text:
    """The caption of a photo or document, which may be empty. Raises BotApiError 400 as message_text does."""
    refusal = "MEDIA_CAPTION_TOO_LONG" if edits else "message caption is too long"
    return _composed(text, parse_mode, entities, MAX_CAPTION, refusal)


def _composed(
    text: str | None, parse_mode: Any, entities: list[MessageEntity] | None, limit: int, refusal: str
) -> Text:
    source = text or ""
    if len(source.encode(errors="surrogatepass")) > MAX_SOURCE:
        raise bad_request("text is too long")
    composed = compose(source, parse_mode if isinstance(parse_mode, str) else None, entities)
    if utf16_length(composed.text) > limit:
        raise bad_request(refusal)
    return composed
