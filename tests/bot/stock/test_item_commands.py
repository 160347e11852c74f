"""Using, adding and changing things."""

import asyncio
from uuid import UUID

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from sqlalchemy.orm import Session

from bot.keyboards import keyboard
from bot.stock.callbacks import ChangeByOne, Way
from bot.stock.item_buttons import item_row
from core.actors import Actor
from core.db import Database
from core.households import households
from core.inventory import stock
from sandbox.client import SandboxClient
from tests.bot.conftest import Parts, home_of, share_home
from tests.bot.phone import Phone

# What is said in the chat does not depend on the database; what it comes to is tested on both in tests/core.


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone) -> Actor:
    """Alice, who has a household of her own and the phone in her hand."""
    return await database.write(share_home, alice, {})


async def test_a_plural_acts_at_once(alice: Phone, who: Actor) -> None:
    await alice.say("/add 6 eggs")
    assert "5 pcs" in (await alice.say("/use egg")).text
    assert "8 pcs" in (await alice.say("/add 3 Egg")).text


async def test_a_typo_never_acts_but_asks(alice: Phone, who: Actor, database: Database) -> None:
    await alice.say("/add 3 l milk")
    question = await alice.say("/use 2 mlik")
    assert "Did you mean" in question.text
    assert question.labels() == ["milk · 3 l · pantry", "Cancel"]
    assert [item.quantity for item in await database.read(home_of, who)] == [3000]
    await alice.press(question, "milk", sees="Used 2 l.")
    assert [item.quantity for item in await database.read(home_of, who)] == [1000]


async def test_a_question_answered_twice_acts_once(
    alice: Phone, who: Actor, database: Database, sandbox: SandboxClient
) -> None:
    await alice.say("/add 6 l milk")
    question = await alice.say("/use 2 mlik")
    data = question.button("milk").callback_data or ""
    await asyncio.gather(*(sandbox.press(alice.id, question.id, data) for _ in range(3)))
    await sandbox.wait_for(alice.id, lambda message: len(message.answers) == 3)
    assert [item.quantity for item in await database.read(home_of, who)] == [4000]
    asked_again = await alice.hears("It has just changed")
    await alice.press(asked_again, "Yes, do it", sees="Used 2 l.")


async def test_several_of_one_name_become_buttons(alice: Phone, who: Actor, database: Database) -> None:
    await alice.say("/add 1 l milk")

    def another(session: Session) -> None:
        [milk] = home_of(session, who)
        values = {"name": "Milk", "quantity": 5000, "unit": "l", "location": "fridge"}
        stock.add(session, who, milk.household_id, values)

    await database.write(another)
    question = await alice.say("/use 2 milk")
    assert "Several items have that name" in question.text
    assert question.labels() == ["Milk · 5 l · fridge", "milk · 1 l · pantry", "Cancel"]
    await alice.press(question, "fridge", sees="Used 2 l.")
    assert (await alice.say("/use 2 cans milk")).text.startswith("Milk is counted in l, not in cans.")


async def test_the_card_counts_up_and_down_in_place(alice: Phone, who: Actor) -> None:
    card = await alice.say("/add 1.4 l milk")
    card = await alice.press(card, "−1", sees="0.4 l · pantry")
    assert card.labels() == ["Used up", "+1", "Details", "To buy", "Undo"]
    card = await alice.press(card, "+1", sees="1.4 l · pantry")
    card = await alice.press(await alice.press(card, "−1", sees="0.4 l"), "Used up", sees="Used 0.4 l.")
    assert card.labels() == ["+1", "Details", "To buy", "Undo"]


async def test_details_show_the_history_and_lead_back(alice: Phone, who: Actor) -> None:
    await alice.say("/add 3 l milk")
    card = await alice.say("/use 1 milk")
    details = await alice.press(card, "Details", sees="Last changes")
    assert "Household: Alice's Home" in details.text
    assert "1 l used by Alice" in details.text
    assert "3 l added by Alice" in details.text
    await alice.press(details, "Back", sees="2 l · pantry")


async def test_removing_asks_and_can_be_cancelled(alice: Phone, who: Actor, database: Database) -> None:
    card = await alice.say("/add 3 l milk")
    kept = await alice.say("/remove milk")
    await alice.press(kept, "Cancel", sees="nothing was changed")
    asked = await alice.say("/remove milk")
    assert asked.text.endswith("Remove it from the stock? This cannot be undone.")
    await alice.press(asked, "Yes, remove it", sees="milk was removed.")
    assert await database.read(home_of, who) == []
    gone = await alice.press(card, "−1", sees="This item is no longer there.")
    assert gone.labels() == []
    assert "no longer there" in gone.answers[-1].text


async def test_a_new_name_close_to_an_old_one_asks_before_it_is_created(
    alice: Phone, who: Actor, database: Database
) -> None:
    await alice.say("/add 3 l milk")
    name = "Milk " + "chocolate with nuts and raisins " * 5
    question = await alice.say(f"/add 2 kg {name}")
    assert "Did you mean" not in question.text
    question = await alice.say("/add 2 kg malk")
    created = await alice.press(question, "Create “malk”", sees="New in stock.")
    assert "malk\n2 kg · pantry" in created.text
    question = await alice.say("/add 2 l silk")
    data = question.button("Create").callback_data or ""
    await asyncio.gather(*(alice.sandbox.press(alice.id, question.id, data) for _ in range(2)))
    await alice.sandbox.wait_for(
        alice.id, lambda message: message.id == question.id and len(message.answers) == 2
    )
    assert [item.quantity for item in await database.read(home_of, who) if item.name == "silk"] == [2000]


# What Alice writes when she has three litres of milk, and what the answer contains.
CONVERSATION = [
    ("/use 500 ml milk", "2.5 l · pantry"),
    ("/use ½ l milk", "2.5 l · pantry"),
    ("/USE 1,5 l of Milk", "1.5 l · pantry"),
    ("/use@StockbellDemoBot milk", "2 l · pantry"),
    ("/use 2 cans milk", "Milk is counted in l, not in cans."),
    ("/use 4 milk", "There is only 3 l of milk left, not 4 l."),
    ("/use -1 milk", "Quantity must be more than 0."),
    ("/use 0 milk", "Quantity must be more than 0."),
    ("/use 1e30 milk", "Quantity must be at most 1,000,000."),
    ("/use 0.0001 milk", "Quantity can have at most three decimals."),
    ("/use 1,000 milk", "can be read in two ways"),
    ("/use", "Say which item, for example: /use 3 milk"),
    ("/use 3", "Say which item, for example: /use 3 milk"),
    ("/use 3 " + "x" * 3000, "A name has at most 200 characters; this one has 3000."),
    ("/use 3 spaceship", "There is no “spaceship” in Alice's Home."),
    ("/add 999999 milk", "Restock less."),
    ("/add 2 l", "Say which item, for example: /add 2 l milk"),
    ("/add 2 large eggs", "large eggs\n2 pcs · pantry"),
    ("/add 2kg flour", "flour\n2 kg · pantry"),
    ("/min milk", "Say how many first, for example: /min 2 milk"),
    ("/min 5 l milk", "Minimum 5 l (below it)"),
    ("/min 0 milk", "It has no minimum now."),
    ("/expires milk", "I do not understand that date."),
    ("/expires", "Say when and which item"),
    ("/expires tomorrow milk", "(tomorrow)"),
    ("/expires in 5 days milk", "(in 5 days)"),
    ("/expires none milk", "It has no date now."),
    ("/expires 31.2. milk", "There is no day 31 in month 2"),
    ("/remove", "Say which item, for example: /remove milk"),
    ("/find", "Say which item, for example: /find milk"),
    ("/frobnicate", "I do not know that command."),
    ("milk", "milk\n3 l · pantry"),
    ("mlik", "milk\n3 l · pantry"),
]


def refill(session: Session, who: Actor, item_id: UUID) -> None:
    [home] = households.of_person(session, who.user_id)
    values = {"quantity": 3000, "min_quantity": None}
    stock.patch(session, who, home.id, item_id, None, values)


async def test_each_command_is_answered_with_a_card_or_a_sentence(
    alice: Phone, who: Actor, database: Database
) -> None:
    await alice.say("/add 3 l milk")
    [milk] = await database.read(home_of, who)
    for text, answer in CONVERSATION:
        await database.write(refill, who, milk.id)
        assert answer in (await alice.say(text)).text, text


async def test_odd_names_are_shown_as_they_are(alice: Phone, who: Actor) -> None:
    for name in (
        "<b>bold</b> & co",
        "*star* _under_ `code` [x](http://y)",
        "שלום עולם",
        "🥛🧀",
        "'\"; DROP TABLE items;--",
    ):
        card = await alice.say(f"/add 2 {name}")
        assert card.text.startswith(f"{name}\n2 pcs")
        assert name in (await alice.say("/stock")).text
        assert name in (await alice.press(card, "Details", sees="Last changes")).text
        assert (await alice.say(f"/use 1 {name}")).text.startswith(f"{name}\n1 pc ")


async def test_a_name_that_would_turn_what_stands_after_it_is_refused(alice: Phone, who: Actor) -> None:
    assert "characters that cannot be shown" in (await alice.say("/add 2 a\u202eb")).text


async def test_a_button_that_nobody_made_is_answered_with_a_sentence(
    alice: Phone, who: Actor, parts: Parts, database: Database
) -> None:
    await alice.say("/add 3 l milk")
    [milk] = await database.read(home_of, who)
    less = ChangeByOne(way=Way.LESS, item=milk.id, version=1).pack()
    bad = [
        "nonsense",
        less[:-3],
        f"act:u:-5:1:{milk.id.hex}",
        f"act:u:9999999999:1:{milk.id.hex}",
        "turn:stock:0:0",
    ]
    for data in bad:
        markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="?", callback_data=data)]])
        sent = await parts.bot.send_message(alice.id, "Old <b>card</b>", reply_markup=markup)
        message = await alice.hears("Old card", after=sent.message_id - 1)
        answer = await alice.toast(message, "?")
        assert "This button no longer works" in answer.text
        cleared = await alice.sandbox.wait_for(
            alice.id, lambda seen: not seen.buttons, after=sent.message_id - 1
        )
        assert cleared.html == "Old <b>card</b>"
    assert [item.quantity for item in await database.read(home_of, who)] == [3000]


async def test_another_households_item_is_not_there_for_a_stranger(
    alice: Phone, bob: Phone, who: Actor, parts: Parts, database: Database
) -> None:
    await database.write(share_home, bob, {})
    await bob.say("/stock")
    await alice.say("/add 3 l milk")
    [milk] = await database.read(home_of, who)
    sent = await parts.bot.send_message(bob.id, "A forged card", reply_markup=keyboard(item_row(milk)))
    message = await bob.hears("A forged card", after=sent.message_id - 1)
    await bob.press(message, "−1", sees="This item is no longer there.")
    assert [item.quantity for item in await database.read(home_of, who)] == [3000]


async def test_a_button_that_is_pressed_twice_acts_once(
    alice: Phone, who: Actor, parts: Parts, database: Database
) -> None:
    card = await alice.say("/add 3 l milk")
    less = card.button("−1").callback_data
    assert less is not None
    for _ in range(3):
        await alice.sandbox.press(alice.id, card.id, less)
    await alice.sandbox.wait_for(
        alice.id, lambda seen: seen.id == card.id and sum("press again" in a.text for a in seen.answers) == 2
    )
    assert [item.quantity for item in await database.read(home_of, who)] == [2000]
    [shown] = [message for message in await alice.chat() if message.id == card.id]
    await alice.press(shown, "−1", sees="1 l")
    assert [item.quantity for item in await database.read(home_of, who)] == [1000]
