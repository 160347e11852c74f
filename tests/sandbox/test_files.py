"""Photos and documents, there and back."""

from io import BytesIO

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from PIL import Image

from sandbox.client import SandboxClient
from sandbox.messages.files import image_size
from sandbox.settings import DEFAULT_TOKEN
from tests.sandbox.fetching import fetch


def picture_as(kind: str, width: int, height: int) -> bytes:
    """A grey picture."""
    file = BytesIO()
    Image.new("L", (width, height), 128).save(file, kind)
    return file.getvalue()


def png(width: int, height: int) -> bytes:
    return picture_as("PNG", width, height)


async def test_a_photo_arrives_and_can_be_fetched(
    sandbox: SandboxClient, bot: Bot, base_url: str, alice: int
) -> None:
    picture = png(30, 20)
    sent = await bot.send_photo(
        alice, BufferedInputFile(picture, "shelf.png"), caption="<b>Shelf</b>", parse_mode="HTML"
    )
    assert sent.photo is not None
    assert (sent.photo[-1].width, sent.photo[-1].height) == (30, 20)
    file = await bot.get_file(sent.photo[-1].file_id)
    assert file.file_path is not None
    downloaded = await bot.download_file(file.file_path)
    assert downloaded is not None
    assert downloaded.read() == picture
    seen = await sandbox.wait_for(alice, "Shelf")
    assert seen.html == "<b>Shelf</b>"
    assert seen.photo is not None
    shown = await fetch(f"{base_url}{seen.photo.url}")
    assert (shown.content_type, shown.body) == ("image/png", picture)
    again = await bot.send_photo(alice, sent.photo[-1].file_id)
    assert again.photo is not None
    assert again.photo[-1].file_id == sent.photo[-1].file_id


async def test_a_document_arrives_with_its_name_and_never_opens_as_a_page(
    sandbox: SandboxClient, bot: Bot, base_url: str, alice: int
) -> None:
    page = b"<script>alert(1)</script>"
    sent = await bot.send_document(alice, BufferedInputFile(page, "../stock.html"))
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("stock.html", len(page))
    seen = await sandbox.wait_for(alice, lambda message: message.document is not None)
    assert seen.document is not None
    answer = await fetch(f"{base_url}{seen.document.url}")
    assert answer.body == page
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


async def test_captions_have_1024_characters(bot: Bot, alice: int) -> None:
    await bot.send_photo(alice, BufferedInputFile(png(1, 1), "x.png"), caption="x" * 1024)
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(alice, BufferedInputFile(png(1, 1), "x.png"), caption="x" * 1025)


async def test_what_is_no_photo_or_no_file(bot: Bot, base_url: str, alice: int) -> None:
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(alice, BufferedInputFile(b"text", "x.png"))
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(alice, BufferedInputFile(b"", "x.txt"))
    with pytest.raises(TelegramBadRequest, match="failed to get HTTP URL content"):
        await bot.send_document(alice, "https://example.org/x.txt")
    with pytest.raises(TelegramBadRequest, match="wrong remote file identifier"):
        await bot.send_document(alice, "nonsense")
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await bot.get_file("nonsense")
    answer = await fetch(f"{base_url}/file/bot{DEFAULT_TOKEN}/photos/none.png")
    assert answer.status == 404
    answer = await fetch(f"{base_url}/file/bot1:WRONG/photos/none.png")
    assert answer.status == 401


async def test_the_caption_and_the_buttons_of_a_photo_change(
    sandbox: SandboxClient, bot: Bot, alice: int
) -> None:
    keys = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
    photo = await bot.send_photo(
        alice, BufferedInputFile(png(1, 1), "x.png"), caption="Old", reply_markup=keys
    )
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("New", chat_id=alice, message_id=photo.message_id)
    await bot.edit_message_caption(
        chat_id=alice, message_id=photo.message_id, caption="<b>New</b>", parse_mode="HTML", reply_markup=keys
    )
    seen = await sandbox.wait_for(alice, "New")
    assert (seen.id, seen.html, seen.labels(), seen.edited) == (photo.message_id, "<b>New</b>", ["Go"], True)
    assert seen.photo is not None
    await bot.edit_message_reply_markup(chat_id=alice, message_id=photo.message_id)
    seen = await sandbox.wait_for(alice, lambda message: message.edited and not message.buttons)
    assert (seen.text, seen.photo is not None) == ("New", True)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_caption(
            chat_id=alice, message_id=photo.message_id, caption="<b>New</b>", parse_mode="HTML"
        )
    with pytest.raises(TelegramBadRequest, match="MEDIA_CAPTION_TOO_LONG"):
        await bot.edit_message_caption(chat_id=alice, message_id=photo.message_id, caption="x" * 1025)
    await bot.edit_message_caption(chat_id=alice, message_id=photo.message_id)
    await sandbox.wait_for(alice, lambda message: message.id == photo.message_id and message.text == "")


async def test_a_text_has_no_caption_to_edit(bot: Bot, alice: int) -> None:
    sent = await bot.send_message(alice, "Only text")
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=alice, message_id=sent.message_id, caption="x")


async def test_a_message_with_a_document_has_no_text_to_edit(bot: Bot, alice: int) -> None:
    sent = await bot.send_document(alice, BufferedInputFile(b"x", "x.txt"))
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("x", chat_id=alice, message_id=sent.message_id)


def test_sizes_of_pictures() -> None:
    for kind in ("PNG", "GIF", "JPEG"):
        picture = picture_as(kind, 30, 20)
        assert image_size(picture) == (30, 20)
        assert image_size(picture[:10]) is None
    assert image_size(picture_as("BMP", 30, 20)) is None
    assert image_size(b"") is None
