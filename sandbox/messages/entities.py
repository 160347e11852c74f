"""Texts that bots and people write, as Telegram stores and marks them."""

import re
from dataclasses import dataclass

from aiogram.types import MessageEntity

from sandbox.errors import bad_request
from sandbox.messages.html import parse_html
from sandbox.messages.utf16 import utf16_length, utf16_offsets

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_FOUND = {
    "bot_command": re.compile(r"(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@])"),
    "url": re.compile(r"(?<![\w@/])(?:https?|tg)://[^\s<>\"]*[^\s<>\".,;:!?)\]}']"),
    "email": re.compile(
        r"(?<![\w.@/-])[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![\w@])"
    ),
    "mention": re.compile(r"(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{2,31}(?![\w@])"),
    "hashtag": re.compile(r"(?<![\w#])#\w*[^\W\d]\w*"),
}
MAX_ENTITIES = 100  # https://limits.tginfo.me
_OPAQUE = {"code", "pre", "text_link", "text_mention", "url", "custom_emoji"}


@dataclass(frozen=True)
class Text:
    """A text and its entities, with offsets in UTF-16 code units."""

    text: str
    entities: list[MessageEntity]


def compose(text: str, parse_mode: str | None, entities: list[MessageEntity] | None) -> Text:
    """A bot's text, parsed, trimmed and marked. Raises BotApiError 400 as Telegram does.

    Of more than MAX_ENTITIES entities Telegram silently keeps the first.
    """
    if parse_mode and parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    if parse_mode:
        text, found = parse_html(text)
    else:
        found = list(entities or [])
        for entity in found:
            if entity.offset < 0 or entity.length <= 0 or entity.offset + entity.length > utf16_length(text):
                raise bad_request("entity begins or ends outside of the text")
    marked = _marked(_trimmed(Text(_CONTROL.sub(" ", text.replace("\r", "")), found)))
    return Text(marked.text, marked.entities[:MAX_ENTITIES])


def written(text: str) -> Text:
    """A person's text: phones send plain text, and Telegram marks commands, links and mentions."""
    return compose(text, None, None)


def _trimmed(whole: Text) -> Text:
    """Without the spaces at both ends, which Telegram drops."""
    left = utf16_length(whole.text) - utf16_length(whole.text.lstrip())
    text = whole.text.strip()
    end = utf16_length(text)
    kept = []
    for entity in whole.entities:
        begin = max(entity.offset - left, 0)
        length = min(entity.offset + entity.length - left, end) - begin
        if length > 0:
            kept.append(entity.model_copy(update={"offset": begin, "length": length}))
    return Text(text, kept)


def _marked(whole: Text) -> Text:
    """With the entities that Telegram finds by itself."""
    if not any(sign in whole.text for sign in "/@#:"):
        return whole
    # In plain ASCII an index is its own offset.
    offsets = range(len(whole.text) + 1) if whole.text.isascii() else utf16_offsets(whole.text)
    entities = list(whole.entities)
    taken = [(e.offset, e.offset + e.length) for e in entities if e.type in _OPAQUE]
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(whole.text):
            begin, end = offsets[match.start()], offsets[match.end()]
            if any(begin < other_end and other_begin < end for other_begin, other_end in taken):
                continue
            taken.append((begin, end))
            entities.append(MessageEntity(type=kind, offset=begin, length=end - begin))
    entities.sort(key=lambda entity: (entity.offset, -entity.length))
    return Text(whole.text, entities)
