"""Alice sleeps while Bob cooks: in the morning one message says what is still true."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from tests.stories.conftest import ALICE, BOB
from tests.stories.test_main_story import link_from_chat, say
from tests.stories.town import Town
from tests.support.hands import Hands
from tests.support.people import Person

# In Berlin it is two hours later.
EVENING = datetime(2026, 6, 1, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def hands() -> Iterator[Hands]:
    hands = Hands(EVENING)
    with clock.reading_from(hands):
        yield hands


@pytest.mark.long
async def test_three_alerts_of_a_night_are_one_message_that_tells_the_two_that_stand(
    hands: Hands, town: Town
) -> None:
    phones = town.phones
    async with Person(town.api, "Alice") as alice, Person(town.api, "Bob") as bob:
        for person in (alice, bob):
            await person.register()
        await alice.invite(bob)
        await link_from_chat(phones, ALICE, alice)
        await link_from_chat(phones, BOB, bob)
        for name in ("Milk", "Bread", "Eggs"):
            await alice.add_item(name, 4, minQuantity=2)
    answer = await say(phones, ALICE, "/settings quiet 22-7:30", "22:00")
    assert "07:30" in answer or "7:30" in answer

    hands.turn(to=EVENING + timedelta(hours=3))
    for name in ("milk", "bread", "eggs"):
        await say(phones, BOB, f"/use 3 {name}", "low")
    await say(phones, BOB, "/add 5 bread", "enough again")
    # That is when all of it was put off.
    why = ""
    for _ in range(20):
        why = await say(phones, ALICE, "/why", "What happened lately")
        if why.count("waits until your quiet hours end") >= 4:
            break
    assert why.count("waits until your quiet hours end") >= 4, why
    before = (await phones.transcript(ALICE))[-1].id

    hands.turn(to=datetime(2026, 6, 2, 5, 30, tzinfo=UTC))
    told = await phones.wait_for(ALICE, "3 alerts while it was quiet, 1 already solved.")
    assert "Milk is running low" in told.text
    assert "Eggs are running low" in told.text
    assert "Bread" not in told.text
    await say(phones, ALICE, "/household", "Alice's Home")
    since = [
        message for message in await phones.transcript(ALICE) if message.from_bot and message.id > before
    ]
    assert len(since) == 2, "one message told it, the other answers"
