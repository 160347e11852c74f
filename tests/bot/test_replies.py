"""Answers: each reaches its chat, in order, whatever Telegram says first."""

import asyncio
from collections import Counter

from sandbox.client import FaultKind, SandboxClient
from tests.bot.conftest import Parts
from tests.bot.phone import Phone


async def test_an_answer_is_repeated_until_telegram_takes_it(
    running: Parts, sandbox: SandboxClient, alice: Phone, bob: Phone, charlie: Phone
) -> None:
    faults: dict[Phone, FaultKind] = {alice: "5xx", bob: "429", charlie: "html_502"}
    for phone, fault in faults.items():
        await sandbox.inject(fault, method="sendMessage", chat=phone.id)
        await sandbox.write(phone.id, "/start")
    for phone in faults:
        await phone.hears("Hello")


async def test_a_chat_that_telegram_slows_down_keeps_its_order(
    running: Parts, sandbox: SandboxClient, alice: Phone, bob: Phone
) -> None:
    await sandbox.inject("429", method="sendMessage", chat=alice.id, retry_after=1)
    for text in ("/start", "/help", "/stock"):
        await sandbox.write(alice.id, text)
    await sandbox.write(bob.id, "/start")
    await bob.hears("Hello")
    await alice.hears("Here is how to begin")
    assert [text[:9] for text in await alice.answers()] == ["Hello Ali", "What I un", "This chat"]


async def test_a_chat_that_telegram_holds_for_an_hour_keeps_no_place_from_others(
    parts: Parts, sandbox: SandboxClient, alice: Phone, bob: Phone
) -> None:
    await sandbox.inject("429", method="sendMessage", chat=alice.id, retry_after=3600)
    for text in ("/start", "/help", "/stock"):
        await sandbox.write(alice.id, text)
    await sandbox.write(bob.id, "/start")
    await parts.poller.run_once(1)
    # Less than somebody's turn is waited for.
    async with asyncio.timeout(28):
        assert await parts.worker.run_once() == 4
    asked = Counter(call.parameters["chat_id"] for call in await sandbox.calls("sendMessage"))
    assert set(asked.values()) == {1}
    assert await alice.answers() == []
    assert len(await bob.answers()) == 1
