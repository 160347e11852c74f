"""Asking in the chat what one was told, and for a test."""

from core.db import Database
from core.models import Role
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone


async def test_bob_asks_why_and_gets_a_reason_for_each_channel(
    running: Parts, database: Database, alice: Phone, bob: Phone
) -> None:
    await database.write(share_home, alice, {bob: Role.MEMBER})
    await alice.say("/add 3 l <milk>")
    await alice.say("/min 2 <milk>")
    await bob.say("/use 2 <milk>")
    await alice.hears("is running low")
    asked = await bob.say("/why")
    assert "<milk> is running low" in asked.text
    assert "✗ Telegram: the reply already said so" in asked.text
    assert "✓ inbox: told" in asked.text
    assert "✓ Telegram: told" in (await alice.say("/why")).text
    await alice.say("/add 1 l <milk>")
    assert "✗ not told: you did it yourself" in (await alice.say("/why")).text


async def test_a_test_arrives(running: Parts, database: Database, alice: Phone) -> None:
    await database.write(share_home, alice, {})
    answer = await alice.say("/test")
    assert "A test is on its way" in answer.text
    await alice.hears("messages reach you here", after=answer.id)
