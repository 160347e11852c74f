"""A newcomer finds the bot."""

from tests.bot.conftest import Parts
from tests.bot.phone import Phone


async def test_a_newcomer_creates_a_household_adds_milk_and_is_told_that_it_is_low(
    running: Parts, alice: Phone
) -> None:
    welcome = await alice.say("/start")
    assert "Hello Alice!" in welcome.text
    await alice.press(welcome, "Create a household", sees="Alice's Home is yours")
    added = await alice.say("/add 2 l milk")
    assert added.text == "milk\n2 l · pantry\n\nNew in stock. Added 2 l."
    assert added.labels() == ["−1", "+1", "Details", "To buy"]
    minimum = await alice.say("/min 1 milk")
    assert "Minimum 1 l" in minimum.text
    used = await alice.say("/use 1.5 milk")
    assert used.text.endswith("Used 1.5 l.\n⚠️ It is low now.")
    gone = await alice.say("/use 0,5 MILK")
    assert gone.text.endswith("Used 0.5 l.\n⚠️ It is out of stock now.")
    assert len([message for message in await alice.chat() if message.from_bot]) == 5


async def test_an_unlinked_person_is_told_how_to_begin_whatever_they_write(
    running: Parts, alice: Phone
) -> None:
    for text in ("/stock", "/use 3 milk", "/household", "/unlink", "milk", "/nonsense", "/remove milk"):
        answer = await alice.say(text)
        assert "not linked" in answer.text
        assert answer.labels() == ["Create a household", "I have an account"]
