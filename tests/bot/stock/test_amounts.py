"""What becomes of an amount that somebody typed: the item that it is of, or a question."""

import pytest
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import Database
from core.households import households
from core.inventory import stock
from tests.bot.conftest import Parts, home_of, share_home
from tests.bot.phone import Phone


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone) -> Actor:
    """Alice, who has 8 l of milk and the phone in her hand."""
    made = await database.write(share_home, alice, {})
    await alice.say("/add 8 l milk")
    return made


async def names(database: Database, who: Actor) -> dict[str, int]:
    return {item.name: item.quantity for item in await database.read(home_of, who)}


# What Alice writes, and what the answer contains.
UNDERSTOOD = [
    ("/use milk 3", "Used 3 l."),
    ("/use milk 500 ml", "Used 0.5 l."),
    ("/use milk x 2", "Used 2 l."),
    ("/add milk 2", "Added 2 l."),
    ("/add half a milk", "Added 0.5 l."),
    ("/waste milk 1/2: sour", "Threw away 0.5 l."),
    ("/min milk 2", "Minimum 2 l"),
    ("/mymin milk 2", "Your own minimum: 2 l"),
    ("/buy milk 3", "milk · 3 l."),
    ("/buy 1/2 kg sugar", "sugar · 0.5 kg."),
    ("/buy cola 1.5 l", "cola · 1.5 l."),
    ("/add 1/2 kg sugar", "sugar\n0.5 kg"),
    ("/add soup 3 l", "soup\n3 l"),
    ("/add 10 × apples", "apples\n10 pcs"),
    ("/add two eggs", "eggs\n2 pcs"),
]


async def test_an_amount_is_understood_where_it_stands(alice: Phone, who: Actor) -> None:
    for typed, answer in UNDERSTOOD:
        assert answer in (await alice.say(typed)).text, typed


async def test_a_choice_keeps_the_amount_that_was_typed(alice: Phone, who: Actor, database: Database) -> None:
    question = await alice.say("/use mlik 3")
    assert "There is no “mlik” in Alice's Home. Did you mean:" in question.text
    await alice.press(question, "milk", sees="Used 3 l.")
    assert await names(database, who) == {"milk": 5000}


async def test_a_number_that_belongs_to_a_name_is_no_amount(
    alice: Phone, who: Actor, database: Database
) -> None:
    question = await alice.say("/add flour 550")
    await alice.press(question, "Create “flour 550”", sees="flour 550\n1 pc")
    assert "Added 1 pc." in (await alice.say("/add flour 550")).text
    await alice.press(await alice.say("/use flour 505"), "flour 550", sees="Used 1 pc.")


async def test_what_can_be_read_in_two_ways_is_asked_before_it_is_created(
    alice: Phone, who: Actor, database: Database
) -> None:
    question = await alice.say("/add bananas <6> 6")
    assert question.text == "“bananas <6> 6” can be read in two ways. Which do you mean?"
    assert question.labels() == ["Create “bananas <6> 6”", "Create 6 pcs of “bananas <6>”", "Cancel"]
    assert await names(database, who) == {"milk": 8000}
    await alice.press(question, "6 pcs", sees="bananas <6>\n6 pcs")


async def test_a_misspelled_name_with_an_amount_can_be_created_either_way(alice: Phone, who: Actor) -> None:
    question = await alice.say("/add malk 3")
    assert question.labels()[1:] == ["Create “malk 3”", "Create 3 pcs of “malk”", "Cancel"]
    await alice.press(question, "Create 3 pcs", sees="malk\n3 pcs")


async def test_a_unit_of_the_household_is_understood_and_may_still_begin_a_name(
    alice: Phone, who: Actor, database: Database
) -> None:
    def fill(session: Session) -> None:
        [home] = households.of_person(session, who.user_id)
        for name, unit in (("Greek yogurt", "cup"), ("cup soup", "pcs")):
            values = {"name": name, "quantity": 4000, "unit": unit, "location": "fridge"}
            stock.add(session, who, home.id, values)

    await database.write(fill)
    assert "Added 2 cup" in (await alice.say("/add 2 cups greek yogurt")).text
    assert "Used 1 cup." in (await alice.say("/use 1 cup greek yogurt")).text
    assert (await alice.say("/use 2 cup soup")).text.startswith("cup soup\n2 pcs")
    question = await alice.say("/add 1 cup flour")
    assert question.labels()[1:] == ["Create “cup flour”", "Create 1 cup of “flour”", "Cancel"]
    await alice.press(question, "1 cup of", sees="flour\n1 cup")
