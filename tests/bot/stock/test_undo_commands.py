"""Taking changes back."""

import pytest

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


async def test_an_undo_pressed_twice_undoes_once_and_says_so(
    bob: Phone, who: Actor, database: Database
) -> None:
    card = await bob.say("/use 2 milk")
    data = card.button("Undo").callback_data or ""
    for _ in range(2):
        await bob.sandbox.press(bob.id, card.id, data)
    seen = await bob.sandbox.wait_for(
        bob.id, lambda message: message.id == card.id and len(message.answers) == 2
    )
    assert seen.answers[-1].text == "This was undone already."
    assert await quantities(database, who) == [3000]


async def test_undo_takes_back_ones_own_last_change_and_tells_which(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    await bob.say("/use 1 milk")
    await alice.say("/use 1 milk")
    assert "Undone: 1 l of milk used." in (await bob.say("/undo")).text
    assert await quantities(database, who) == [2000]
    assert "You have changed nothing in Alice's Home" in (await bob.say("/undo")).text
    assert "Undone: 1 l of milk used." in (await alice.say("/undo")).text
    stuck = await alice.say("/undo")
    assert stuck.text == (
        "Your last change: 3 l of milk added. This cannot be undone. Using, restocking, throwing away, "
        "correcting and moving can. /remove milk takes it out of the stock again."
    )
    await bob.say("/add 2 milk")
    await alice.say("/use 5 milk")
    await bob.hears("milk is out of stock")
    stuck = await bob.say("/undo")
    assert stuck.text == (
        "Your last change: 2 l of milk added. There is 0 l of milk now, which leaves no room to undo this."
    )
    assert await quantities(database, who) == [0]


async def test_undo_says_that_it_is_about_the_stock_when_shopping_came_after(
    alice: Phone, who: Actor
) -> None:
    await alice.say("/use 1 milk")
    await alice.say("/buy bread")
    undone = await alice.say("/undo")
    assert undone.text.endswith(
        "Undone: 1 l of milk used. Shopping lists stay as they are: /list and Edit take something off."
    )
    stuck = await alice.say("/undo")
    assert stuck.text.startswith("Your last change to the stock: 3 l of milk added. This cannot be undone.")
    assert stuck.text.endswith("Shopping lists stay as they are: /list and Edit take something off.")
    await alice.say("/use 2 milk")
    assert (await alice.say("/undo")).text.endswith("Undone: 2 l of milk used.")
