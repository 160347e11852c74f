"""What a text may be, asked without a server."""

import pytest

from sandbox.errors import BotApiError
from sandbox.messages.html import parse_html
from sandbox.messages.texts import caption_text, message_text


def refusal(text: str, parse_mode: str | None = "HTML") -> str:
    with pytest.raises(BotApiError) as caught:
        message_text(text, parse_mode)
    assert caught.value.code == 400
    return caught.value.description


def test_a_parsed_text_has_its_entities_in_utf16() -> None:
    text, entities = parse_html("🥛 <b>Milk &amp; 🍞</b>")
    assert text == "🥛 Milk & 🍞"
    assert [(entity.type, entity.offset, entity.length) for entity in entities] == [("bold", 3, 9)]


def test_a_broken_text_is_refused_in_telegrams_words() -> None:
    with pytest.raises(BotApiError) as caught:
        parse_html("<b>Milk")
    assert caught.value.description == (
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""
    )


def test_4096_utf16_units_are_counted_after_parsing() -> None:
    assert len(message_text(f"<b>{'&amp;' * 4096}</b>", "HTML").text) == 4096
    message_text("🥛" * 2048, None)
    assert refusal("🥛" * 2048 + "x") == "Bad Request: message is too long"
    assert refusal("x" * 4097) == "Bad Request: message is too long"


def test_an_edit_that_is_too_long_is_refused_in_other_words() -> None:
    with pytest.raises(BotApiError, match="Bad Request: MESSAGE_TOO_LONG"):
        message_text("x" * 4097, None, edits=True)


def test_32_kilobytes_are_too_many_before_parsing() -> None:
    assert refusal("<b></b>" * 4682 + "x") == "Bad Request: text is too long"


def test_a_caption_may_be_empty_and_has_1024_units() -> None:
    assert caption_text(None, None).text == ""
    caption_text("🥛" * 512, None)
    with pytest.raises(BotApiError, match="message caption is too long"):
        caption_text("🥛" * 513, None)


def test_of_many_entities_the_first_hundred_are_kept() -> None:
    composed = message_text("<b>x</b> " * 150, "HTML")
    assert len(composed.entities) == 100
    assert composed.entities[-1].offset == 198
