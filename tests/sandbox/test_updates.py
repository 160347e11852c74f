"""How a bot hears of what people do: long polls and webhooks."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebhookInfo
from aiohttp import ClientSession, web

from sandbox.client import SandboxClient, SandboxClientError
from sandbox.settings import DEFAULT_TOKEN
from tests.sandbox.conftest import ALICE, BOB, bot_at
from tests.support.sandboxes import sandbox_at


async def polling(sandbox: SandboxClient, since: int) -> None:
    """Return once a getUpdates call newer than `since` waits for its answer."""
    await sandbox.wait_for_call(
        lambda call: call.method == "getUpdates" and call.id > since and call.status is None
    )


async def last_call(sandbox: SandboxClient) -> int:
    calls = await sandbox.calls()
    return calls[-1].id if calls else 0


async def test_a_message_wakes_the_long_poll(sandbox: SandboxClient, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await polling(sandbox, 0)
    written = await sandbox.write(ALICE, "/use 2 milk 🥛 https://x.org")
    (update,) = await asyncio.wait_for(poll, 40)
    message = update.message
    assert message is not None
    assert message.from_user is not None
    assert (message.message_id, message.chat.id, message.from_user.first_name) == (written.id, ALICE, "Alice")
    assert message.from_user.language_code == "en"
    found = [(e.type, e.offset, e.length) for e in message.entities or []]
    assert found == [("bot_command", 0, 4), ("url", 15, 13)]


async def test_offsets_acknowledge(sandbox: SandboxClient, bot: Bot) -> None:
    for text in ("one", "two", "three"):
        await sandbox.write(ALICE, text)
    updates = await bot.get_updates()
    assert [u.message.text for u in updates if u.message] == ["one", "two", "three"]
    assert await bot.get_updates() == updates
    assert await bot.get_updates(offset=updates[1].update_id) == updates[1:]
    assert await bot.get_updates(limit=1) == updates[1:2]
    assert await bot.get_updates(offset=updates[2].update_id + 1) == []


async def test_a_negative_offset_keeps_only_the_newest(sandbox: SandboxClient, bot: Bot) -> None:
    for text in ("one", "two", "three"):
        await sandbox.write(ALICE, text)
    (last,) = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "three"
    assert await bot.get_updates() == [last]


async def test_a_bot_gets_only_the_kinds_that_it_asked_for(sandbox: SandboxClient, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["my_chat_member"])
    await sandbox.write(ALICE, "unheard")
    await sandbox.block(ALICE)
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None


async def test_a_second_poller_ends_the_first(sandbox: SandboxClient, bot: Bot, base_url: str) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=50))
    await polling(sandbox, 0)
    async with bot_at(base_url) as other:
        assert await other.get_updates(timeout=0) == []
    with pytest.raises(TelegramConflictError) as caught:
        await first
    assert caught.value.message == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


async def test_an_abandoned_poll_frees_the_place(sandbox: SandboxClient, base_url: str, bot: Bot) -> None:
    url = f"{base_url}/bot{DEFAULT_TOKEN}/getUpdates"
    async with ClientSession() as session:
        poll = asyncio.ensure_future(session.get(url, params={"timeout": 50}))
        await polling(sandbox, 0)
        poll.cancel()
    abandoned = await sandbox.wait_for_call(lambda call: call.method == "getUpdates" and call.status == 200)
    assert abandoned.answer == {"ok": True, "result": []}
    await sandbox.write(ALICE, "still here")
    (update,) = await bot.get_updates(timeout=50)
    assert update.message is not None
    assert update.message.text == "still here"


async def test_stopping_the_server_answers_the_long_poll(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        server = contextlib.AsyncExitStack()
        url = await server.enter_async_context(sandbox_at(tmp_path / "sandbox.db"))
        client = await stack.enter_async_context(SandboxClient(url))
        bot = await stack.enter_async_context(bot_at(url))
        await client.add_person(ALICE, "Alice")
        page = await stack.enter_async_context(ClientSession())
        events = await stack.enter_async_context(page.get(f"{url}/control/events"))
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        chat = asyncio.create_task(client.wait_for(ALICE, "never"))
        await polling(client, 0)
        async with asyncio.timeout(40):
            await server.aclose()
            assert await poll == []
            await events.read()
            with pytest.raises((TimeoutError, OSError)):
                await chat


async def test_ids_rise_over_restarts_and_deletes(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.db"
    seen: list[tuple[int, int]] = []
    beginning = int(time.time())
    for _ in range(2):
        async with sandbox_at(database) as url, SandboxClient(url) as client, bot_at(url) as bot:
            await client.add_person(ALICE, "Alice")
            await client.write(ALICE, "hello")
            (update,) = await bot.get_updates()
            sent = await bot.send_message(ALICE, "hi")
            seen.append((update.update_id, sent.message_id))
            await bot.delete_message(ALICE, sent.message_id)
            await bot.get_updates(offset=update.update_id + 1)
    assert seen[1][0] > seen[0][0]
    assert seen[1][1] > seen[0][1]
    # Another database, made later, begins higher: ids are seconds of the clock at first.
    assert min(seen[0]) > beginning


async def test_a_restart_keeps_people_messages_and_waiting_updates(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.db"
    async with sandbox_at(database) as url, SandboxClient(url) as client:
        await client.add_person(ALICE, "Alice")
        await client.write(ALICE, "remember me")
    async with sandbox_at(database) as url, SandboxClient(url) as client, bot_at(url) as bot:
        (update,) = await bot.get_updates()
        assert update.message is not None
        assert update.message.text == "remember me"
        await bot.send_message(ALICE, "I do")
        assert [message.text for message in await client.transcript(ALICE)] == ["remember me", "I do"]


async def test_a_pressed_button_arrives_with_its_message_and_is_answered_once(
    sandbox: SandboxClient, bot: Bot, alice: int
) -> None:
    markup = InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text="+1", callback_data="add:1"),
                InlineKeyboardButton(text="Site", url="https://example.org"),
            ]
        ]
    )
    sent = await bot.send_message(alice, "Milk", reply_markup=markup)
    pressed = await sandbox.press(alice, sent.message_id, "+1")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert (query.id, query.data, query.from_user.id) == (pressed.press_id, "add:1", alice)
    assert query.message.message_id == sent.message_id
    assert await bot.answer_callback_query(query.id, text="Done", show_alert=True)
    seen = await sandbox.wait_for(alice, lambda message: bool(message.answers))
    assert [(a.text, a.show_alert, a.data) for a in seen.answers] == [("Done", True, "add:1")]
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.answer_callback_query(query.id)
    assert caught.value.message == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    assert (await sandbox.press(alice, sent.message_id, "Site")).url == "https://example.org"
    with pytest.raises(SandboxClientError, match=r"has no button '\+2'"):
        await sandbox.press(alice, sent.message_id, "+2")


async def test_an_answer_that_comes_late_is_refused(tmp_path: Path) -> None:
    async with (
        sandbox_at(tmp_path / "sandbox.db", callback_lifetime=0.0) as url,
        SandboxClient(url) as client,
        bot_at(url) as bot,
    ):
        await client.add_person(ALICE, "Alice")
        await client.write(ALICE, "/start")
        button = InlineKeyboardButton(text="x", callback_data="x")
        sent = await bot.send_message(
            ALICE, "Milk", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]])
        )
        pressed = await client.press(ALICE, sent.message_id, "x")
        assert pressed.press_id is not None
        with pytest.raises(TelegramBadRequest, match="query is too old"):
            await bot.answer_callback_query(pressed.press_id)


async def webhook_error(bot: Bot) -> WebhookInfo:
    """Ask until the webhook has failed."""
    async with asyncio.timeout(60):
        while True:
            info = await bot.get_webhook_info()
            if info.last_error_message is not None:
                return info
            await asyncio.sleep(0.02)


class Receiver:
    """A bot's web server: answers with the statuses given, then 200, and keeps what it got."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.posts: asyncio.Queue[tuple[dict[str, str], dict[str, Any]]] = asyncio.Queue()

    async def handle(self, request: web.Request) -> web.Response:
        self.posts.put_nowait((dict(request.headers), await request.json()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/hook", self.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        finally:
            await runner.cleanup()


async def test_a_webhook_gets_updates_in_order_with_its_secret(sandbox: SandboxClient, bot: Bot) -> None:
    receiver = Receiver()
    async with receiver.listening() as hook:
        await sandbox.write(ALICE, "before")
        assert await bot.set_webhook(hook, secret_token="a_Secret-1")
        await sandbox.write(ALICE, "after")
        texts = []
        for _ in range(2):
            headers, update = await asyncio.wait_for(receiver.posts.get(), 60)
            assert headers["X-Telegram-Bot-Api-Secret-Token"] == "a_Secret-1"
            texts.append(update["message"]["text"])
        assert texts == ["before", "after"]
        assert (await bot.get_webhook_info()).url == hook
        with pytest.raises(TelegramConflictError) as caught:
            await bot.get_updates()
        assert caught.value.message == (
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
        assert await bot.delete_webhook()
        assert (await bot.get_webhook_info()).url == ""
        await sandbox.write(ALICE, "polled")
        assert "polled" in [u.message.text for u in await bot.get_updates() if u.message]


async def test_a_failing_webhook_is_tried_again(sandbox: SandboxClient, bot: Bot) -> None:
    receiver = Receiver()
    receiver.statuses = [500, 503]
    async with receiver.listening() as hook:
        await bot.set_webhook(hook)
        await sandbox.write(ALICE, "stubborn")
        posts = [(await asyncio.wait_for(receiver.posts.get(), 60))[1] for _ in range(3)]
        assert posts[0] == posts[1] == posts[2]
        info = await bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_webhook_ends_a_running_poll(sandbox: SandboxClient, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await polling(sandbox, await last_call(sandbox) - 1)
    async with Receiver().listening() as hook:
        await bot.set_webhook(hook)
        with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
            await poll


async def test_a_webhook_that_refuses_is_told_so(sandbox: SandboxClient, bot: Bot) -> None:
    async with Receiver().listening() as hook:
        pass
    await bot.set_webhook(hook)
    await sandbox.write(ALICE, "anyone?")
    info = await webhook_error(bot)
    assert info.last_error_message == "Connection refused"
    assert info.pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == []


@pytest.mark.parametrize("url", ["https://example.org/hook", "ftp://127.0.0.1/", "http://10.0.0.1/hook"])
async def test_a_webhook_elsewhere_is_refused(bot: Bot, url: str) -> None:
    with pytest.raises(TelegramBadRequest, match="bad webhook"):
        await bot.set_webhook(url)


async def test_a_bad_webhook_secret_is_refused(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="secret token contains unallowed characters"):
        await bot.set_webhook("http://127.0.0.1:1/", secret_token="no spaces")


async def test_bob_who_never_wrote_has_no_updates(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.add_person(BOB, "Robert")
    assert await bot.get_updates() == []
