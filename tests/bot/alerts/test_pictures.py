"""Messages with a picture: they arrive with it or, when that cannot be, without, but they arrive."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiogram import Bot
from aiohttp import web
from pydantic import SecretStr

from bot.alerts import alert_view
from bot.alerts.channel import TelegramChannel
from bot.callbacks import Keep
from bot.client import create_bot
from core.config import Settings
from core.events.severity import Severity
from core.wording import drawing
from core.wording.channels import DeliveryError, Outgoing
from core.wording.outcomes import Failure
from sandbox.client import ChatMessage, FaultKind, SandboxClient
from tests.bot.alerts.test_channel import failure, outgoing
from tests.bot.conftest import Parts
from tests.bot.forging import forge
from tests.bot.phone import Phone
from tests.support.charts import WEEK


@pytest.fixture(scope="module", autouse=True)
def drawn_before() -> None:
    """Draw something: the first picture of a process may take longer than a message waits for one."""
    drawing.png(WEEK)


@pytest.fixture
async def channel(telegram: Bot, sandbox: SandboxClient, alice: Phone) -> TelegramChannel:
    """The channel to people who have started the bot."""
    await sandbox.write(alice.id, "/start")
    return TelegramChannel(telegram)


def digest(phone: Phone, text: str = "<b>Your week</b>") -> Outgoing:
    message = outgoing(phone.id, text, Severity.ACTIVITY)
    return replace(message, buttons=[[["More ›", "x"]]], picture=WEEK)


async def newest(phone: Phone) -> ChatMessage:
    return (await phone.chat())[-1]


async def test_a_digest_arrives_as_a_picture_with_its_text_and_buttons_below(
    channel: TelegramChannel, sandbox: SandboxClient, alice: Phone
) -> None:
    sent = await channel.send(digest(alice))
    seen = await newest(alice)
    assert (seen.id, seen.html, seen.labels(), seen.silent) == (sent, "<b>Your week</b>", ["More ›"], True)
    assert seen.photo is not None
    assert (seen.photo.width, seen.photo.height, seen.photo.mime) == (1200, 800, "image/png")
    assert seen.photo.size == len(drawing.png(WEEK))
    [call] = await sandbox.calls("sendPhoto")
    assert call.parameters["disable_notification"] == "true"


async def test_without_markup_it_still_has_its_picture(channel: TelegramChannel, alice: Phone) -> None:
    broken = digest(alice, "<b>Milk &lt;3")
    assert (await failure(channel, broken)).failure is Failure.UNPARSABLE
    await channel.send(replace(broken, plain=True))
    seen = await newest(alice)
    assert (seen.text, seen.photo is not None) == ("Milk <3", True)


async def test_a_text_that_does_not_fit_below_goes_alone(channel: TelegramChannel, alice: Phone) -> None:
    fits = digest(alice, f"<b>{'🥛' * (alert_view.LONGEST_BELOW_PICTURE // 2)}</b>")
    for again in (0, 1):
        await channel.send(replace(fits, repeats=again))
        assert (await newest(alice)).photo is not None
    assert (await newest(alice)).text.startswith(alert_view.MAYBE_AGAIN)
    for plain in (False, True):
        await channel.send(replace(digest(alice, "&amp;" * 1025), plain=plain))
        seen = await newest(alice)
        assert (seen.photo, len(seen.text), seen.labels()) == (None, 1025, ["More ›"])


async def test_a_picture_that_cannot_be_drawn_is_left_out(
    channel: TelegramChannel, alice: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    await channel.send(replace(digest(alice), picture=replace(WEEK, used=[1])))
    seen = await newest(alice)
    assert (seen.photo, seen.html, seen.labels()) == (None, "<b>Your week</b>", ["More ›"])
    assert "could not be drawn" in caplog.text
    assert "as many figures as days" in caplog.text


@pytest.fixture
async def choosy(settings: Settings) -> AsyncIterator[tuple[TelegramChannel, list[str]]]:
    """A channel to a Bot API that takes texts only, and what it was asked to do."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        await request.read()
        asked.append(request.path.rpartition("/")[2])
        if asked[-1] == "sendPhoto":
            refusal = {"ok": False, "error_code": 400, "description": "Bad Request: IMAGE_PROCESS_FAILED"}
            return web.json_response(refusal, status=400)
        chat = {"id": 1, "type": "private", "first_name": "Alice"}
        return web.json_response({"ok": True, "result": {"message_id": 7, "date": 1, "chat": chat}})

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = "http://127.0.0.1:{1}".format(*runner.addresses[0])
    there: dict[str, Any] = {"telegram_bot_token": SecretStr("1:x"), "telegram_api_base": address}
    async with create_bot(settings.model_copy(update=there)) as bot:
        yield TelegramChannel(bot), asked
    await runner.cleanup()


async def test_a_picture_that_telegram_refuses_is_left_out(
    choosy: tuple[TelegramChannel, list[str]], alice: Phone
) -> None:
    channel, asked = choosy
    assert await channel.send(digest(alice)) == 7
    assert asked == ["sendPhoto", "sendMessage"]


async def test_failures_mean_the_same_with_a_picture(
    channel: TelegramChannel, sandbox: SandboxClient, alice: Phone
) -> None:
    expected: dict[FaultKind, Failure] = {
        "5xx": Failure.CLEAN,
        "html_502": Failure.AMBIGUOUS,
        "reset_after": Failure.AMBIGUOUS,
        "401": Failure.FATAL,
    }
    for fault, meaning in expected.items():
        await sandbox.inject(fault, method="sendPhoto")
        assert (await failure(channel, digest(alice))).failure is meaning, fault
    await sandbox.inject("unreadable_after", method="sendPhoto")
    assert await channel.send(digest(alice)) is None, "it arrived, and nobody knows as what"
    await sandbox.inject("429", method="sendPhoto", retry_after=7)
    held: DeliveryError = await failure(channel, digest(alice))
    assert (held.failure, held.retry_after) == (Failure.WAIT, 7)
    await sandbox.block(alice.id)
    assert (await failure(channel, digest(alice))).failure is Failure.GONE
    assert await sandbox.calls("sendMessage") == []


async def test_a_button_below_a_picture_is_answered_below_it(
    running: Parts, sandbox: SandboxClient, alice: Phone
) -> None:
    await alice.say("/start")
    photo = await forge(running, alice, Keep(), drawing.png(WEEK))
    answer = await alice.open(photo, "?")
    assert answer.text == "OK, nothing was changed."
    [still] = [message for message in await alice.chat() if message.id == photo.id]
    assert (still.text, still.photo, still.labels()) == ("Forged", photo.photo, ["?"])
    assert await sandbox.calls("editMessageText") == []
