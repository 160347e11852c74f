"""The main job, end to end: a stock change in one chat reaches another chat and a live client."""

import re

import pytest

from sandbox.client import SandboxClient
from tests.stories.conftest import ALICE, BOB, CHARLIE
from tests.stories.town import Town, screen_of
from tests.support.people import Person

CODE = re.compile(r"\b[A-Z0-9]{8}\b")


async def say(phones: SandboxClient, person: int, text: str, answer: str) -> str:
    """Write to the bot and return its answer, which contains `answer`."""
    written = await phones.write(person, text)
    return (await phones.wait_for(person, answer, after=written.id)).text


async def link_from_chat(phones: SandboxClient, person: int, web: Person) -> None:
    """Get a code in the chat and enter it on the web."""
    await say(phones, person, "/start", "")
    text = await say(phones, person, "/link", "code")
    found = CODE.search(text)
    assert found, text
    answer = await web.post("/notifications/telegram/link", {"verificationCode": found.group()})
    assert answer["linked"] is True
    assert answer["telegramUsername"] == f"@{web.name.lower()}"


async def link_from_web(phones: SandboxClient, person: int, web: Person) -> None:
    """Make a code on the web and send it to the bot, which asks to confirm and names the account."""
    made = await web.post("/telegram/generate-link-code")
    assert made["code"] in made["deepLink"]
    written = await phones.write(person, f"/start {made['code']}")
    asked = await phones.wait_for(person, web.name, after=written.id)
    await phones.press(person, asked.id, asked.labels()[0])
    await phones.wait_for(person, lambda m: m.id == asked.id and "belongs to" in m.text)


@pytest.mark.both_databases(long="postgresql")
async def test_bob_uses_milk_and_alice_is_told_everywhere(town: Town) -> None:
    phones = town.phones
    async with (
        Person(town.api, "Alice") as alice,
        Person(town.api, "Bob") as bob,
        Person(town.api, "Charlie") as charlie,
    ):
        for person in (alice, bob, charlie):
            await person.register()
        await alice.invite(bob)
        await link_from_chat(phones, ALICE, alice)
        await link_from_web(phones, BOB, bob)
        await link_from_chat(phones, CHARLIE, charlie)
        item = await alice.add_item("Milk", 4, minQuantity=2, location="fridge")

        async with screen_of(alice) as alices_screen, screen_of(charlie) as charlies_screen:
            answer = await say(phones, BOB, "/use 3 milk", "Milk")
            assert "low" in answer

            live = await alices_screen.wait_for("item.updated")
            assert live["householdId"] == alice.household_id
            assert live["payload"]["itemId"] == item["id"]
            assert live["payload"]["changes"] == {"quantity": 1}
            assert live["payload"]["updatedBy"] == bob.user_id

            alert = await phones.wait_for(ALICE, "Milk is running low")
            assert "Bob" in alert.text
            told = await alices_screen.wait_for("notification.new")
            assert told["payload"]["type"] == "lowStock"
            assert told["payload"]["items"] == ["Milk"]

            # Charlie's own item is the first thing that Charlie's client and chat hear of.
            await charlie.add_item("Tea", 1)
            await charlies_screen.wait_for("item.added")
            assert [name for name, _ in charlies_screen.events] == ["connected", "item.added"]

        after_use = (await phones.transcript(BOB))[-1]
        assert await say(phones, BOB, "/household", "Alice's Home")
        since = [m for m in await phones.transcript(BOB) if m.from_bot and m.id > after_use.id]
        assert len(since) == 1, "no second message followed the answer that said it is low"
        assert not [m for m in await phones.transcript(CHARLIE) if "Milk" in m.text]

        inbox = await bob.get("/notifications")
        assert [entry["type"] for entry in inbox["notifications"]].count("lowStock") == 1
        history = (await alice.get(f"{alice.home}/items/{item['id']}"))["history"]
        assert [(entry["action"], entry["user"]) for entry in history] == [
            ("consumed", "Bob"),
            ("added", "Alice"),
        ]


async def test_a_newcomer_needs_nothing_but_the_chat(town: Town) -> None:
    phones = town.phones
    written = await phones.write(CHARLIE, "/start")
    welcome = await phones.wait_for(CHARLIE, "", after=written.id)
    create = next(label for label in welcome.labels() if "Create" in label)
    await phones.press(CHARLIE, welcome.id, create)
    await phones.wait_for(CHARLIE, lambda message: "Charlie's Home" in message.text)

    await say(phones, CHARLIE, "/add 4 l milk", "4 l")
    await say(phones, CHARLIE, "/min 2 milk", "2")
    answer = await say(phones, CHARLIE, "/use 3 milk", "1 l")
    assert "low" in answer

    card = (await phones.transcript(CHARLIE))[-1]
    minus = next(label for label in card.labels() if label in {"−1", "-1"})
    await phones.press(CHARLIE, card.id, minus)
    await phones.wait_for(CHARLIE, lambda message: message.id == card.id and "out of stock" in message.text)
