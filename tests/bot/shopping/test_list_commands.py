"""The shopping list: putting things on it, ticking them off together."""

import asyncio

import pytest
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import Database
from core.households import households
from core.models import Role
from core.shopping import shopping_entries, shopping_lists
from tests.bot.conftest import Parts, home_of, share_home
from tests.bot.phone import Phone


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone) -> Actor:
    """Alice, who shares a household with Bob and has 1 l of milk and wants 2."""
    made = await database.write(share_home, alice, {bob: Role.MEMBER})
    await bob.say("/start")
    await alice.say("/add 1 l milk")
    await alice.say("/min 2 milk")
    await bob.hears("milk is running low")
    return made


async def quantities(database: Database, who: Actor) -> dict[str, int]:
    return {item.name: item.quantity for item in await database.read(home_of, who)}


async def test_what_was_bought_goes_into_stock(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    assert "nothing on the shopping list yet" in (await alice.say("/list")).text
    put = await alice.say("/buy 1500 ml Milk")
    assert put.text == "On the list “Shopping”: milk · 1.5 l."
    await alice.say("/buy 3 candles")
    await alice.say("/buy bread <3")
    shown = await bob.say("/list")
    assert shown.text == "Shopping\n0 of 3 bought. Tap what you have bought."
    assert shown.labels() == ["⬜ milk · 1.5 l", "⬜ candles · 3", "⬜ bread <3", "Edit"]
    ticked = await bob.press(shown, "milk", sees="1 of 3 bought")
    assert ticked.answers[-1].text == "Bought. milk: 2.5 l now."
    assert "✅ milk · 1.5 l" in ticked.labels()
    added = "Bought. Your stock has no such item yet; to add it: /add 3 candles"
    assert (await bob.toast(ticked, "candles")).text == added
    assert await quantities(database, who) == {"milk": 2500}
    again = await bob.toast(ticked, "✅ milk")
    assert (again.text or "").startswith("Not bought yet. The stock stays as it is")
    await bob.hears("1 of 3 bought")
    assert await quantities(database, who) == {"milk": 2500}


@pytest.mark.both_databases
async def test_two_who_tap_at_once_restock_once(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    await alice.say("/buy 2 l milk")
    hers, his = await alice.say("/list"), await bob.say("/list")
    answers = await asyncio.gather(alice.toast(hers, "milk"), bob.toast(his, "milk"))
    first, second = sorted(
        (answer.text for answer in answers), key=lambda text: not text.startswith("Bought")
    )
    assert first == "Bought. milk: 3 l now."
    assert second in {"Alice bought it already.", "Bob bought it already."}
    assert await quantities(database, who) == {"milk": 3000}


async def test_what_does_not_fit_is_bought_but_not_restocked(
    alice: Phone, who: Actor, database: Database
) -> None:
    await alice.say("/buy 2 cans milk")
    shown = await alice.say("/list")
    ticked = await alice.press(shown, "milk · 2 cans", sees="1 of 1 bought")
    answer = ticked.answers[-1]
    assert answer.text == "Bought. The stock is unchanged, because milk is counted in l."
    await alice.press(ticked, "Clear bought", sees="It is empty.")
    await alice.say("/buy milk")
    shown = await alice.say("/list")
    assert "does not say how much" in (await alice.toast(shown, "milk")).text
    assert await quantities(database, who) == {"milk": 1000}


async def test_the_same_thing_is_on_the_list_once(alice: Phone, bob: Phone, who: Actor) -> None:
    assert "On the list “Shopping”: milk." in (await alice.say("/buy milk")).text
    assert "Already on the list “Shopping”: milk." in (await bob.say("/buy Milk")).text
    assert "Updated on the list “Shopping”: milk · 3" in (await bob.say("/buy 3 milk")).text
    put = await alice.say("/buy 3 l milk")
    assert put.text == "Already on the list “Shopping”: milk · 3 l."
    shown = await alice.press(put, "Show the list", sees="0 of 1 bought")
    assert shown.labels() == ["⬜ milk · 3 l", "Edit"]


async def test_a_card_puts_what_is_lacking_on_the_list(alice: Phone, who: Actor) -> None:
    card = await alice.say("milk")
    assert (await alice.toast(card, "To buy")).text == "On the list “Shopping”: milk · 1 l."
    assert "Already" in (await alice.toast(card, "To buy")).text
    assert (await alice.say("/list")).labels() == ["⬜ milk · 1 l", "Edit"]


async def test_entries_and_lists_can_be_taken_away(alice: Phone, bob: Phone, who: Actor) -> None:
    await alice.say("/buy milk")
    await alice.say("/buy bread")
    stale = await bob.say("/list")
    editing = await alice.press(await alice.say("/list"), "Edit", sees="should come off")
    assert editing.labels() == ["✖ milk", "✖ bread", "Delete this list", "Done"]
    assert (await alice.toast(editing, "milk")).text == "milk is off the list."
    editing = await alice.sandbox.wait_for(alice.id, lambda seen: seen.labels()[:1] == ["✖ bread"])
    gone = await bob.press(stale, "milk", sees="0 of 1 bought")
    assert gone.answers[-1].text == "Somebody has already taken that off the list."
    question = await alice.press(
        editing, "Delete this list", sees="Delete the list Shopping with its 1 entry?"
    )
    kept = await alice.press(question, "Cancel", sees="0 of 1 bought")
    question = await alice.press(
        await alice.press(kept, "Edit", sees="should come off"), "Delete this list", sees="Delete the list"
    )
    await alice.press(question, "Yes, delete it", sees="The list Shopping is gone.")
    await bob.press(stale, "bread", sees="There is no such shopping list")
    assert "nothing on the shopping list yet" in (await bob.say("/list")).text


async def test_several_lists_are_named_and_switched(alice: Phone, who: Actor) -> None:
    await alice.say("/buy milk")
    party = await alice.say("/list new Party <3")
    assert party.text == "Party <3\nIt is empty. Put something on it: /buy Party <3: 2 l milk"
    assert "On the list “Party <3”: balloons · 9." in (await alice.say("/buy 9 balloons")).text
    put = await alice.say("/buy shopping: 4 eggs")
    assert put.text == "On the list “Shopping”: eggs · 4."
    shown = await alice.say("/list party <3")
    assert shown.labels() == ["⬜ balloons · 9", "Edit", "› Shopping"]
    await alice.press(shown, "› Shopping", sees="0 of 2 bought")
    assert "There is a list “PARTY <3” already." in (await alice.say("/list new PARTY <3")).text
    assert "There is no list “Camping”." in (await alice.say("/list Camping")).text
    assert "Say what the new list is called" in (await alice.say("/list new")).text
    assert "at most 100 characters" in (await alice.say("/list new " + "x" * 101)).text
    assert "There is no list" in (await alice.say("/list " + "x" * 3000)).text


async def test_a_list_is_found_by_the_words_of_its_name(alice: Phone, who: Actor) -> None:
    await alice.say("/list new Party 🎉")
    await alice.say("/buy bread")
    await alice.say("/list new Camping")
    assert (await alice.say("/list party")).text.startswith("Party 🎉\n")
    assert (await alice.say("/buy Party: 2 l juice")).text == "On the list “Party 🎉”: juice · 2 l."
    await alice.say("/list new Party!")
    assert "There is no list “Party”." in (await alice.say("/list Party")).text
    assert (await alice.say("/list party 🎉")).labels()[:2] == ["⬜ bread", "⬜ juice · 2 l"]


def fill(session: Session, who: Actor, number: int) -> None:
    [home] = households.of_person(session, who.user_id)
    made = shopping_lists.create(session, who, home.id, "Shopping", None)
    for count in range(number):
        shopping_entries.add(session, who, home.id, made.id, {"name": f"Thing {count:02}"})


async def test_a_long_list_has_pages_and_a_tap_keeps_the_page(
    alice: Phone, who: Actor, database: Database
) -> None:
    await database.write(fill, who, 25)
    first = await alice.say("/list")
    assert first.text.startswith("Shopping · page 1 of 3\n0 of 25 bought.")
    assert first.labels()[9:] == ["⬜ Thing 09", "Next ›", "Edit"]
    second = await alice.press(first, "Next ›", sees="page 2 of 3")
    ticked = await alice.press(second, "Thing 10", sees="1 of 25 bought")
    assert ticked.text.startswith("Shopping · page 2 of 3")
    assert ticked.labels()[10:] == ["‹ Back", "Next ›", "Clear bought", "Edit"]
    cleared = await alice.press(ticked, "Clear bought", sees="0 of 24 bought")
    assert cleared.answers[-1].text == "1 is off the list."
