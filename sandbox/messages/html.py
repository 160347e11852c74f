"""Telegram's HTML parse mode.

The grammar and the sentences are those of `parse_html` in TDLib's MessageEntity.cpp, which is what the Bot
API server runs; the tags are listed at https://core.telegram.org/bots/api#html-style.
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
_LITERAL = re.compile(r"[^<&]+")
_SPACE = " \t\r\n\0\v"
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


@dataclass
class _OpenTag:
    name: str
    argument: str
    utf16: int
    index: int


def parse_html(source: str) -> tuple[str, list[MessageEntity]]:
    """The plain text of HTML and its entities, whose offsets and lengths are in UTF-16 code units.

    Raises BotApiError 400 "can't parse entities: ...", whose `description` is Telegram's. It is a plain
    function of the text; sandbox.messages.texts.message_text asks for the limits of a message as well.
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
            elif character == "&":
                self._add(self._reference() or self._literal())
            else:
                self._add(self._literals())
        if self.open:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        self.entities.sort(key=lambda entity: (entity.offset, -entity.length))
        return "".join(self.text), self.entities

    def _add(self, characters: str) -> None:
        self.text.append(characters)
        self.utf16 += utf16_length(characters)

    def _literal(self) -> str:
        self.at += 1
        return self.source[self.at - 1]

    def _literals(self) -> str:
        match = _LITERAL.match(self.source, self.at)
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

    def _until(self, stops: str) -> str:
        begin = self.at
        while self._peek() and self._peek() not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_spaces(self) -> None:
        while self._peek() and self._peek() in _SPACE:
            self.at += 1

    def _offset(self, index: int) -> str:
        return f"at byte offset {len(self.source[:index].encode())}"

    def _start_tag(self, begin: int) -> None:
        name = self._until(_SPACE + ">").lower()
        if not self._peek():
            raise _error(f"Unclosed start tag {self._offset(begin)}")
        if name not in _KINDS:
            raise _error(f'Unsupported start tag "{name}" {self._offset(begin)}')
        argument = ""
        self._skip_spaces()
        while self._peek() != ">":
            attribute, value = self._attribute(name, begin)
            argument = _argument(name, attribute, value) or argument
            self._skip_spaces()
        self.at += 1
        if name == "span" and argument != "spoiler":
            raise _error(f'Tag "span" must have class "tg-spoiler" {self._offset(begin)}')
        self.open.append(_OpenTag(name, argument, self.utf16, len(self.text)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str | None]:
        attribute = self._until(_SPACE + "=>").lower()
        if not attribute and self._peek():
            raise _error(f'Empty attribute name in the tag "{tag}" {self._offset(begin)}')
        self._skip_spaces()
        if self._peek() != "=":
            if tag == "blockquote" and attribute == "expandable" and self._peek():
                return attribute, None
            if not self._peek():
                raise _error(f"Unclosed start tag {self._offset(begin)}")
            raise _error(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" {self._offset(begin)}'
            )
        self.at += 1
        self._skip_spaces()
        value = self._value(tag, begin)
        if not self._peek():
            raise _error(f"Unclosed start tag {self._offset(begin)}")
        return attribute, value

    def _value(self, tag: str, begin: int) -> str:
        quote = self._peek()
        if not quote:
            raise _error(f'Unclosed start tag "{tag}" {self._offset(begin)}')
        if quote not in "\"'":
            token = _TOKEN.match(self.source, self.at)
            assert token is not None
            self.at = token.end()
            if self._peek() and self._peek() not in _SPACE + ">":
                raise _error(f"Unexpected end of name token {self._offset(token.start())}")
            return token[0].lower()
        self.at += 1
        value: list[str] = []
        while self._peek() and self._peek() != quote:
            value.append((self._peek() == "&" and self._reference()) or self._literal())
        if self._peek():
            self.at += 1
        return "".join(value)

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            raise _error(f"Unexpected end tag {self._offset(begin)}")
        self.at += 1
        found = self._until(_SPACE + ">").lower()
        self._skip_spaces()
        if self._peek() != ">":
            raise _error(f"Unclosed end tag {self._offset(begin)}")
        tag = self.open[-1]
        if found and found != tag.name:
            raise _error(
                f'Unmatched end tag {self._offset(begin)}, expected "</{tag.name}>", found "</{found}>"'
            )
        self.at += 1
        self.open.pop()
        if self.utf16 > tag.utf16:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        kind = _KINDS[tag.name]
        extra: dict[str, Any] = {}
        last = self.entities[-1] if self.entities else None
        length = self.utf16 - tag.utf16
        same = last is not None and (last.offset, last.length) == (tag.utf16, length)
        if kind == "pre" and same and last is not None and last.type == "code" and last.language:
            self.entities[-1] = last.model_copy(update={"type": "pre"})
            return
        if kind == "code" and same and last is not None and last.type == "pre" and tag.argument:
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
    """What an attribute says about its tag; attributes that Telegram does not know say nothing."""
    if value is None:
        return attribute
    if (tag, attribute) in {("a", "href"), ("tg-emoji", "emoji-id"), ("blockquote", "expandable")}:
        return value or attribute
    if (tag, attribute) == ("code", "class"):
        return value.removeprefix("language-") if value.startswith("language-") else ""
    if (tag, attribute) == ("span", "class"):
        return value.removeprefix("tg-") if value.startswith("tg-") else ""
    return ""


def _checked_link(url: str) -> str | None:
    """The link as Telegram keeps it, or None where it shows the text without a link."""
    url = url.strip()
    if re.match(r"(https?|tg|ton|tonsite)://\S+$", url, re.IGNORECASE):
        return url
    if re.match(r"[\w-]+(\.[\w-]+)+([/?#]\S*)?$", url):
        return f"http://{url}"
    return None
