"""Telegram's HTML parse mode.

The grammar and the messages are those of `parse_html` in TDLib's MessageEntity.cpp, which the Bot API server
runs; the tags are listed at https://core.telegram.org/bots/api#html-style.
"""

import re
from dataclasses import dataclass
from typing import Any

from aiogram.types import MessageEntity

from sandbox.errors import BotApiError, bad_request
from sandbox.messages.utf16 import utf16_length

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<decimal>[0-9]+)|(?P<name>[A-Za-z]+));?")
_LITERAL = re.compile(r"&?[^<&]*")
_QUOTED = {'"': re.compile(r'&?[^"&]*'), "'": re.compile(r"&?[^'&]*")}
_SPACES = re.compile(r"[ \t\r\n\0\v]*")
_TAG = re.compile(r"[^ \t\r\n\0\v>]*")
_ATTRIBUTE = re.compile(r"[^ \t\r\n\0\v=>]*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


@dataclass
class _OpenTag:
    name: str
    argument: str
    utf16: int
    index: int


def parse_html(source: str) -> tuple[str, list[MessageEntity]]:
    """The plain text of HTML and its entities, whose offsets and lengths are in UTF-16 code units.

    Raises BotApiError 400 with Telegram's description, "can't parse entities: ...".
    sandbox.messages.texts.message_text checks the limits of a message as well.
    """
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text: list[str] = []
        self.utf16 = 0
        self.open: list[_OpenTag] = []
        self.entities: list[MessageEntity] = []

    def parse(self) -> tuple[str, list[MessageEntity]]:
        while self.at < len(self.source):
            character = self.source[self.at]
            if character == "<":
                self._tag()
                continue
            characters = (character == "&" and self._reference()) or self._read(_LITERAL)
            self.text.append(characters)
            self.utf16 += utf16_length(characters)
        if self.open:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        self.entities.sort(key=lambda entity: (entity.offset, -entity.length))
        return "".join(self.text), self.entities

    def _read(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.at)
        assert match is not None
        self.at = match.end()
        return match[0]

    def _reference(self) -> str | None:
        """Consume a character reference; None if this ampersand is only an ampersand."""
        match = _REFERENCE.match(self.source, self.at)
        if match is None:
            return None
        character = _NAMED.get(match["name"]) if match["name"] else _character(match)
        if character is not None:
            self.at = match.end()
        return character

    def _tag(self) -> None:
        begin = self.at
        self.at += 1
        if self._peek() == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def _error_at(self, index: int, what: str) -> BotApiError:
        return _error(f"{what} at byte offset {len(self.source[:index].encode())}")

    def _start_tag(self, begin: int) -> None:
        name = self._read(_TAG).lower()
        if not self._peek():
            raise self._error_at(begin, "Unclosed start tag")
        if name not in _KINDS:
            raise self._error_at(begin, f'Unsupported start tag "{name}"')
        argument = ""
        self._read(_SPACES)
        while self._peek() != ">":
            attribute, value = self._attribute(name, begin)
            argument = _argument(name, attribute, value) or argument
            self._read(_SPACES)
        self.at += 1
        if name == "span" and argument != "spoiler":
            raise self._error_at(begin, 'Tag "span" must have class "tg-spoiler"')
        self.open.append(_OpenTag(name, argument, self.utf16, len(self.text)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str | None]:
        attribute = self._read(_ATTRIBUTE).lower()
        if not attribute and self._peek():
            raise self._error_at(begin, f'Empty attribute name in the tag "{tag}"')
        self._read(_SPACES)
        value = None
        if self._peek() == "=":
            self.at += 1
            self._read(_SPACES)
            value = self._value(tag, begin)
        if not self._peek():
            raise self._error_at(begin, "Unclosed start tag")
        if value is None and (tag, attribute) != ("blockquote", "expandable"):
            raise self._error_at(
                begin, f'Expected equal sign in declaration of an attribute of the tag "{tag}"'
            )
        return attribute, value

    def _value(self, tag: str, begin: int) -> str:
        quote = self._peek()
        if not quote:
            raise self._error_at(begin, f'Unclosed start tag "{tag}"')
        if quote not in _QUOTED:
            start = self.at
            token = self._read(_TOKEN)
            if self._read(_TAG):
                raise self._error_at(start, "Unexpected end of name token")
            return token.lower()
        self.at += 1
        value = ""
        while self._peek() and self._peek() != quote:
            value += (self._peek() == "&" and self._reference()) or self._read(_QUOTED[quote])
        self.at += 1
        return value

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            raise self._error_at(begin, "Unexpected end tag")
        self.at += 1
        found = self._read(_TAG).lower()
        self._read(_SPACES)
        if self._peek() != ">":
            raise self._error_at(begin, "Unclosed end tag")
        tag = self.open.pop()
        if found and found != tag.name:
            error = self._error_at(begin, "Unmatched end tag").description
            raise BotApiError(400, f'{error}, expected "</{tag.name}>", found "</{found}>"')
        self.at += 1
        if self.utf16 > tag.utf16:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        kind = _KINDS[tag.name]
        extra: dict[str, Any] = {}
        length = self.utf16 - tag.utf16
        # A <code class="language-..."> that fills a <pre>, or the other way round, is one entity.
        last = self.entities[-1] if self.entities else None
        if last is not None and (last.offset, last.length) == (tag.utf16, length):
            if (kind, last.type) == ("pre", "code") and last.language:
                self.entities[-1] = last.model_copy(update={"type": "pre"})
                return
            if (kind, last.type) == ("code", "pre") and tag.argument:
                self.entities[-1] = last.model_copy(update={"language": tag.argument})
                return
        if kind == "code" and tag.argument:
            extra = {"language": tag.argument}
        elif kind == "blockquote" and tag.argument:
            kind = "expandable_blockquote"
        elif kind == "custom_emoji":
            if not tag.argument.isdigit() or int(tag.argument) == 0:
                raise _error("Invalid custom emoji identifier specified")
            extra = {"custom_emoji_id": tag.argument}
        elif kind == "text_link":
            url = _checked_link(tag.argument or "".join(self.text[tag.index :]))
            if url is None:
                return
            extra = {"url": url}
        self.entities.append(MessageEntity(type=kind, offset=tag.utf16, length=length, **extra))


def _error(what: str) -> BotApiError:
    return bad_request(f"can't parse entities: {what}")


def _character(match: re.Match[str]) -> str | None:
    code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
    if code == 0 or code >= 0x10FFFF or len(match[0].rstrip(";")) >= 10:
        return None
    if 0xD800 <= code <= 0xDFFF:
        raise _error(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code)


def _argument(tag: str, attribute: str, value: str | None) -> str:
    """What an attribute says about its tag; Telegram ignores unknown attributes."""
    if value is None:
        return attribute
    if (tag, attribute) in {("a", "href"), ("tg-emoji", "emoji-id"), ("blockquote", "expandable")}:
        return value or attribute
    prefix = {("code", "class"): "language-", ("span", "class"): "tg-"}.get((tag, attribute))
    return value.removeprefix(prefix) if prefix and value.startswith(prefix) else ""


def _checked_link(url: str) -> str | None:
    """The link as Telegram keeps it, or None if it shows the text without a link."""
    url = url.strip()
    if re.match(r"(https?|tg|ton|tonsite)://\S+$", url, re.IGNORECASE):
        return url
    if re.match(r"[\w-]+(\.[\w-]+)+([/?#]\S*)?$", url):
        return f"http://{url}"
    return None
