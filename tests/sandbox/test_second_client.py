"""python-telegram-bot as the client.

It shares no models with the sandbox, so it notices what is not Telegram's.
"""

import contextlib
from collections.abc import AsyncIterator

import pytest
import telegram
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.request import HTTPXRequest

from sandbox.client import SandboxClient
from sandbox.settings import DEFAULT_TOKEN
from tests.sandbox.conftest import ALICE, BOB
from tests.sandbox.test_files import png


def ptb_at(base_url: str, token: str = DEFAULT_TOKEN) -> telegram.Bot:
    def request() -> HTTPXRequest:
        return HTTPXRequest(httpx_kwargs={"trust_env": False})

    return telegram.Bot(
        token,
        base_url=f"{base_url}/bot",
        base_file_url=f"{base_url}/file/bot",
        request=request(),
        get_updates_request=request(),
    )


@pytest.fixture
async def ptb(base_url: str) -> AsyncIterator[telegram.Bot]:
    """A bot of the other library; entering it calls getMe."""
    async with ptb_at(base_url) as bot:
        yield bot


async def test_it_reads_messages_and_answers_them(sandbox: SandboxClient, ptb: telegram.Bot) -> None:
    assert ptb.username == "StockbellDemoBot"
    await sandbox.write(ALICE, "/start ABCD2345")
    (update,) = await ptb.get_updates(timeout=50, allowed_updates=["message", "callback_query"])
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.from_user.full_name == "Alice"
    assert update.message.parse_entities(["bot_command"]).popitem()[1] == "/start"
    markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Yes", callback_data="yes")]])
    sent = await ptb.send_message(ALICE, "<b>Link?</b> 🔗", parse_mode="HTML", reply_markup=markup)
    assert sent.text_html == "<b>Link?</b> 🔗"
    assert sent.date.tzinfo is not None
    await sandbox.press(ALICE, sent.message_id, "Yes")
    (pressed,) = await ptb.get_updates(offset=update.update_id + 1, timeout=50)
    assert pressed.callback_query is not None
    assert pressed.callback_query.data == "yes"
    assert await pressed.callback_query.answer("Linked")
    edited = await pressed.callback_query.edit_message_text("Linked.")
    assert isinstance(edited, telegram.Message)
    assert edited.edit_date is not None
    assert await ptb.delete_message(ALICE, sent.message_id)


async def test_it_understands_blocking_and_groups(sandbox: SandboxClient, ptb: telegram.Bot) -> None:
    await sandbox.block(ALICE)
    await sandbox.add_group(-42, "Home", [BOB])
    blocked, added = await ptb.get_updates()
    assert blocked.my_chat_member is not None
    assert isinstance(blocked.my_chat_member.new_chat_member, telegram.ChatMemberBanned)
    assert added.my_chat_member is not None
    assert isinstance(added.my_chat_member.old_chat_member, telegram.ChatMemberLeft)
    assert added.my_chat_member.chat.type == "group"


async def test_it_understands_refusals(
    sandbox: SandboxClient, ptb: telegram.Bot, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await ptb.send_message(BOB, "x")
    await sandbox.write(BOB, "/start")
    with pytest.raises(BadRequest, match="Can't parse entities"):
        await ptb.send_message(BOB, "<b>x", parse_mode="HTML")
    await sandbox.inject("429", retry_after=3)
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    with pytest.raises(RetryAfter, match="Retry in 0:00:03"):
        await ptb.send_message(BOB, "x")
    await ptb.set_webhook("http://127.0.0.1:9/hook", secret_token="s")
    assert (await ptb.get_webhook_info()).max_connections == 40
    with pytest.raises(Conflict):
        await ptb.get_updates()
    await ptb.delete_webhook()
    async with contextlib.AsyncExitStack() as stack:
        with pytest.raises(InvalidToken):
            await stack.enter_async_context(ptb_at(base_url, "1000000001:WRONG"))


async def test_it_sends_files_and_commands(sandbox: SandboxClient, ptb: telegram.Bot) -> None:
    await sandbox.write(ALICE, "/start")
    assert await ptb.send_chat_action(ALICE, "typing")
    sent = await ptb.send_photo(ALICE, png(3, 2), caption="Shelf")
    assert (sent.photo[-1].width, sent.caption) == (3, "Shelf")
    file = await (await ptb.get_file(sent.photo[-1].file_id)).download_as_bytearray()
    assert bytes(file) == png(3, 2)
    document = await ptb.send_document(ALICE, b"a,b", filename="stock.csv")
    assert document.document is not None
    assert (document.document.file_name, document.document.mime_type) == ("stock.csv", "text/csv")
    scope = telegram.BotCommandScopeAllPrivateChats()
    await ptb.set_my_commands([("stock", "What is there")], scope=scope)
    (command,) = await ptb.get_my_commands(scope=scope)
    assert command.command == "stock"
