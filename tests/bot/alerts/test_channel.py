"""The telegram channel: alerts that reach the other phone."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from aiogram import Bot
from pydantic import SecretStr

from bot.alerts import alert_view
from bot.alerts.channel import TelegramChannel
from bot.client import create_bot
from core.config import Settings
from core.db import Database
from core.events.severity import Severity
from core.models import ChannelName, Role
from core.wording.channels import DeliveryError, Outgoing
from core.wording.outcomes import Failure
from sandbox.client import FaultKind, SandboxClient
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def outgoing(address: int, text: str = "Hi", how_bad: Severity = Severity.LOW) -> Outgoing:
    return Outgoing(
        id=uuid4(),
        channel=ChannelName.TELEGRAM,
        destination=uuid4(),
        address=address,
        text=text,
        buttons=[],
        subject=None,
        html=None,
        severity=how_bad,
        fence=1,
        attempts=0,
        repeats=0,
        most_lines=50,
        plain=False,
        frozen_at=NOW,
    )


async def test_bob_uses_milk_and_alice_hears_that_it_is_low_with_buttons_that_work(
    running: Parts, database: Database, alice: Phone, bob: Phone, charlie: Phone
) -> None:
    await database.write(share_home, alice, {bob: Role.MEMBER})
    await database.write(share_home, charlie, {})
    await alice.say("/add 3 l milk")
    await alice.say("/min 2 milk")
    used = await bob.say("/use 2 milk")
    assert "It is low now." in used.text
    alert = await alice.hears("is running low")
    assert alert.labels() == ["−1", "+1", "Details", "To buy"]
    await alice.press(alert, "+1", sees="There is enough again.")
    assert not [message for message in await charlie.chat() if message.from_bot]
    assert not [message for message in await bob.chat() if "running low" in message.text]


async def failure(channel: TelegramChannel, message: Outgoing) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.send(message)
    return caught.value


async def test_each_failure_is_told_apart(telegram: Bot, sandbox: SandboxClient, alice: Phone) -> None:
    channel = TelegramChannel(telegram)
    await sandbox.write(alice.id, "/start")
    assert await channel.send(outgoing(alice.id)) or 0 > 0
    expected: dict[FaultKind, Failure] = {
        "5xx": Failure.CLEAN,
        "html_502": Failure.AMBIGUOUS,
        "reset_before": Failure.AMBIGUOUS,
        "reset_after": Failure.AMBIGUOUS,
    }
    for fault, meaning in expected.items():
        await sandbox.inject(fault, method="sendMessage")
        error = await failure(channel, outgoing(alice.id))
        assert (error.failure, error.retry_after) == (meaning, None), fault
    await sandbox.inject("429", method="sendMessage", retry_after=7)
    error = await failure(channel, outgoing(alice.id))
    assert (error.failure, error.retry_after) == (Failure.WAIT, 7)
    await sandbox.block(alice.id)
    for address in (alice.id, 424242):
        assert (await failure(channel, outgoing(address))).failure is Failure.GONE


async def test_a_message_that_telegram_cannot_parse_goes_out_without_markup(
    telegram: Bot, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.write(alice.id, "/start")
    channel, broken = TelegramChannel(telegram), outgoing(alice.id, "<b>Milk &lt;3")
    assert (await failure(channel, broken)).failure is Failure.UNPARSABLE
    await channel.send(replace(broken, plain=True))
    await alice.hears("Milk <3")


async def test_a_message_that_may_have_arrived_says_so_when_it_comes_again(
    telegram: Bot, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.write(alice.id, "/start")
    await TelegramChannel(telegram).send(replace(outgoing(alice.id), repeats=1))
    assert (await alice.hears("Hi")).text.startswith(alert_view.MAYBE_AGAIN)


async def test_only_what_has_to_be_seen_to_makes_a_sound(
    telegram: Bot, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.write(alice.id, "/start")
    for how_bad in Severity:
        await TelegramChannel(telegram).send(outgoing(alice.id, how_bad.name, how_bad))
    silent = [message.text for message in await alice.chat() if message.silent]
    assert silent == ["ACTIVITY", "GOOD"]


async def test_nobody_listening_is_a_passing_failure(settings: Settings) -> None:
    nowhere = {"telegram_bot_token": SecretStr("1:x"), "telegram_api_base": "http://127.0.0.1:9"}
    async with create_bot(settings.model_copy(update=nowhere)) as lonely:
        with pytest.raises(DeliveryError, match="no connection to the Bot API"):
            await TelegramChannel(lonely).send(outgoing(1))
