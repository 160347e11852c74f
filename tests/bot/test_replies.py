"""Answers: each reaches its chat, in order, whatever Telegram says first."""

import asyncio

import pytest

from sandbox.client import FaultKind, SandboxClient
from tests.bot.conftest import Parts
from tests.bot.phone import Phone


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_answer_is_repeated_until_telegram_takes_it(
    running: Parts, sandbox: SandboxClient, alice: Phone, bob: Phone, charlie: Phone
) -> None:
    faults: dict[Phone, FaultKind] = {alice: "5xx", bob: "429", charlie: "html_502"}
    for phone, fault in faults.items():
        await sandbox.inject(fault, method="sendMessage", chat=phone.id)
        await sandbox.write(phone.id, "/start")
    for phone in faults:
        await phone.hears("Hello")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_chat_that_telegram_slows_down_keeps_its_order_and_holds_up_nobody_else(
    running: Parts, sandbox: SandboxClient, alice: Phone, bob: Phone
) -> None:
    await sandbox.inject("429", method="sendMessage", chat=alice.id, retry_after=1)
    for text in ("/start", "/help", "/stock"):
        await sandbox.write(alice.id, text)
    await sandbox.write(bob.id, "/start")
    await bob.hears("Hello")
    assert await alice.answers() == []
    await alice.hears("Here is how to begin")
    assert [text[:9] for text in await alice.answers()] == ["Hello Ali", "What I un", "This chat"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_chat_that_telegram_holds_for_an_hour_keeps_no_place_from_others(
    parts: Parts, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.inject("429", method="sendMessage", chat=alice.id, retry_after=3600)
    for text in ("/start", "/help", "/stock"):
        await sandbox.write(alice.id, text)
    await parts.poller.run_once(1)
    async with asyncio.timeout(15):
        assert await parts.worker.run_once() == 3
    assert len(await sandbox.calls("sendMessage")) == 1
    assert await alice.answers() == []
