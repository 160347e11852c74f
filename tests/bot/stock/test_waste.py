"""Throwing away and moving, and both taken back."""

import pytest

from bot.keyboards import keyboard
from bot.stock.item_buttons import item_row
from core.actors import Actor
from core.db import Database
from core.models import Role
from tests.bot.conftest import Parts, home_of, share_home
from tests.bot.phone import Phone


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone) -> Actor:
    """Alice, who shares a household with Bob and has 3 l of milk."""
    made = await database.write(share_home, alice, {bob: Role.MEMBER})
    await alice.say("/add 3 l milk")
    return made


async def quantities(database: Database, who: Actor) -> list[int]:
    return [item.quantity for item in await database.read(home_of, who)]


async def test_bob_throws_milk_away_and_takes_it_back_by_the_button(
    bob: Phone, who: Actor, database: Database
) -> None:
    card = await bob.say("/waste 1 milk: mouldy")
    assert "Threw away 1 l." in card.text
    assert card.labels() == ["−1", "+1", "Details", "To buy", "Undo"]
    details = await bob.press(card, "Details", sees="Last changes")
    assert "1 l thrown away by Bob (mouldy)" in details.text
    card = await bob.say("/waste milk")
    undone = await bob.press(card, "Undo", sees="Undone: 1 l of milk thrown away.")
    assert undone.labels() == ["−1", "+1", "Details", "To buy"]
    assert await quantities(database, who) == [2000]
    details = await bob.press(undone, "Details", sees="Last changes")
    assert "1 l taken back by Bob" in details.text
    assert "1 l thrown away by Bob (no reason given)" in details.text


async def test_what_has_expired_is_thrown_away_by_a_button(bob: Phone, who: Actor) -> None:
    card = await bob.say("/expires 2020-01-01 milk")
    assert card.labels() == ["−1", "+1", "Details", "To buy", "Throw away"]
    asked = await bob.say("/add 1 l mlik")
    card = await bob.press(asked, "milk", sees="Added 1 l.")
    card = await bob.press(card, "Throw away", sees="Threw away 4 l.")
    assert card.labels() == ["+1", "Details", "To buy", "Undo"]
    details = await bob.press(card, "Details", sees="Last changes")
    assert "4 l thrown away by Bob (no reason given)" in details.text


async def test_milk_is_moved_and_moved_back(bob: Phone, who: Actor) -> None:
    card = await bob.say("/move milk to the Freezer")
    assert "3 l · freezer" in card.text
    assert "Moved to freezer." in card.text
    assert "milk is there already: freezer." in (await bob.say("/move milk to freezer")).text.lower()
    back = await bob.press(card, "Undo", sees="Undone: milk moved to freezer.")
    assert "3 l · pantry" in back.text
    details = await bob.press(back, "Details", sees="Last changes")
    assert "moved back by Bob" in details.text


async def test_a_typo_asks_and_remembers_the_reason_and_the_place(
    bob: Phone, who: Actor, database: Database
) -> None:
    question = await bob.say("/waste 1 mlik: went <b>sour</b>")
    assert "Did you mean" in question.text
    assert await quantities(database, who) == [3000]
    card = await bob.press(question, "milk", sees="Threw away 1 l.")
    details = await bob.press(card, "Details", sees="Last changes")
    assert "1 l thrown away by Bob (went <b>sour</b>)" in details.text
    question = await bob.say("/move mlik to top shelf")
    await bob.press(question, "milk", sees="Moved to top shelf.")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/waste", "Say which item, for example: /waste 1 milk: mouldy"),
        ("/waste 4 milk", "There is only 3 l of milk left, not 4 l."),
        ("/waste 1 milk:", "Threw away 1 l."),
        ("/waste 1 milk: " + "x" * 201, "The reason must have at most 200 characters; this one has 201."),
        ("/waste 500 ml milk: spilt", "2.5 l"),
        ("/waste 1 spaceship: rust", "There is no “spaceship” in Alice's Home."),
        ("/move milk", "Say what goes where, for example: /move milk to freezer"),
        ("/move milk to", "Say what goes where"),
        ("/move to freezer", "Say what goes where"),
        ("/move milk to " + "x" * 51, "The place must have at most 50 characters; this one has 51."),
        ("/move spaceship to moon", "There is no “spaceship” in Alice's Home."),
    ],
)
async def test_each_is_answered_with_a_card_or_a_sentence(
    bob: Phone, who: Actor, text: str, answer: str
) -> None:
    assert answer in (await bob.say(text)).text


async def test_a_viewer_throws_nothing_away_and_undoes_nothing(
    running: Parts, database: Database, alice: Phone, bob: Phone
) -> None:
    who = await database.write(share_home, alice, {bob: Role.VIEWER})
    await alice.say("/add 3 l milk")
    for text in ("/waste 1 milk", "/move milk to freezer", "/undo", "/buy milk", "/list new Party"):
        assert "You may only look at this household." in (await bob.say(text)).text
    [milk] = await database.read(home_of, who)
    sent = await running.bot.send_message(bob.id, "An old card", reply_markup=keyboard(item_row(milk)))
    old = await bob.hears("An old card", after=sent.message_id - 1)
    for label in ("To buy", "−1", "+1"):
        assert "You may only look" in (await bob.toast(old, label)).text
