"""Linking a phone with an account, from either side."""

import pytest
from sqlalchemy.orm import Session

from core.accounts import accounts
from core.accounts.accounts import Account
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database
from core.delivery import chats
from core.households import households, members
from core.models import Role
from core.telegram import linking
from core.telegram.link_codes import CodeRefused
from sandbox.client import SandboxClient
from tests.bot.conftest import Parts, settle_in
from tests.bot.phone import Phone


def register(session: Session, name: str) -> Account:
    account = accounts.register(session, f"{name}@example.com".lower(), "hash", name, "UTC")
    households.create(session, Actor(account.id, Face.WEB), f"{name}'s Home", None, "UTC")
    return account


@pytest.fixture
def key(bot_settings: Settings) -> bytes:
    return bot_settings.signing_key()


async def code_for(database: Database, key: bytes, account: Account) -> str:
    issued = await database.write(linking.issue_for_user, key, Actor(account.id, Face.WEB))
    return issued.code


@pytest.mark.parametrize("command", ["/link {}", "/LINK {}", "/start {}"])
async def test_a_code_from_the_web_links_after_a_question_that_names_the_account(
    running: Parts, database: Database, alice: Phone, key: bytes, command: str
) -> None:
    code = await code_for(database, key, await database.write(register, "Dora"))
    question = await alice.say(command.format(code))
    assert "Link this chat with the account of Dora (dora@example.com)?" in question.text
    assert (await database.read(chats.find, alice.id)).user_id is None  # type: ignore[union-attr]
    await alice.press(question, "Yes, link it", sees="this chat now belongs to Dora")
    assert "Dora's Home" in (await alice.say("/household")).text


async def test_the_code_that_the_bot_gives_is_redeemed_on_the_web_and_the_chat_learns_of_it(
    running: Parts, database: Database, alice: Phone, key: bytes
) -> None:
    dora = await database.write(register, "Dora")
    welcome = await alice.say("/start")
    told = await alice.press(welcome, "I have an account", sees="Your code is")
    code = told.text.split("Your code is ")[1].split()[0]
    who = Actor(dora.id, Face.WEB)
    assert not isinstance(await database.write(linking.redeem_on_web, key, who, code), CodeRefused)
    await alice.hears("is linked to your account")
    again = await alice.say("/link")
    assert "This chat is linked to Dora already" in again.text


async def test_cancelling_links_nothing(running: Parts, database: Database, alice: Phone, key: bytes) -> None:
    code = await code_for(database, key, await database.write(register, "Dora"))
    question = await alice.say(f"/link {code}")
    await alice.press(question, "Cancel", sees="nothing was changed")
    assert "not linked" in (await alice.say("/stock")).text


async def test_a_used_code_is_refused(
    running: Parts, database: Database, alice: Phone, bob: Phone, key: bytes
) -> None:
    code = await code_for(database, key, await database.write(register, "Dora"))
    hers, his = await alice.say(f"/link {code}"), await bob.say(f"/link {code}")
    await alice.press(hers, "Yes, link it", sees="now belongs to Dora")
    await bob.press(his, "Yes, link it", sees="wrong, was used, or has expired")
    assert "wrong, was used, or has expired" in (await bob.say(f"/link {code}")).text


async def test_whoever_guesses_five_times_has_to_wait(
    running: Parts, database: Database, alice: Phone, key: bytes
) -> None:
    for guess in ("AAAAAAAA", "x" * 3000, "<b>", "🥛", "/link"):
        assert "This code is wrong" in (await alice.say(f"/link {guess}")).text
    code = await code_for(database, key, await database.write(register, "Dora"))
    assert "Too many wrong codes" in (await alice.say(f"/link {code}")).text


async def test_unlinking_asks_first_and_takes_effect_at_once(
    running: Parts, database: Database, alice: Phone
) -> None:
    await database.write(settle_in, alice)
    question = await alice.say("/unlink")
    assert "without this chat you lose access to it" in question.text
    await alice.press(question, "Yes, unlink it", sees="no longer linked to an account")
    assert "not linked" in (await alice.say("/stock")).text


async def test_a_card_in_an_unlinked_chat_does_nothing(
    running: Parts, database: Database, alice: Phone
) -> None:
    who = await database.write(settle_in, alice)
    await database.write(households.create, who, "Home", None, "UTC")
    card = await alice.say("/add 2 l milk")
    await database.write(linking.unlink, who)
    answer = await alice.toast(card, "−1")
    assert answer.show_alert
    assert "no longer linked" in answer.text


async def test_a_person_without_a_household_may_create_one(
    running: Parts, database: Database, alice: Phone
) -> None:
    await database.write(settle_in, alice)
    told = await alice.say("/stock")
    assert told.labels() == ["Create a household"]
    await alice.press(told, "Create", sees="Alice's Home is yours")
    assert "nothing in Alice's Home yet" in (await alice.say("/stock")).text


async def test_the_household_can_be_switched(running: Parts, database: Database, alice: Phone) -> None:
    who = await database.write(settle_in, alice)
    await database.write(households.create, who, "Flat", None, "UTC")
    await database.write(households.create, who, "Cabin <3", None, "UTC")
    told = await alice.say("/household")
    assert "This chat is about Cabin <3." in told.text
    assert "You are an admin" in told.text
    await alice.press(told, "Flat", sees="This chat is about Flat.")
    assert "nothing in Flat yet" in (await alice.say("/stock")).text


async def test_a_name_of_invisible_characters_does_not_stop_anybody(
    running: Parts, sandbox: SandboxClient
) -> None:
    await sandbox.add_person(5009, "\u200b", None)
    nobody = Phone(sandbox, 5009, "Friend")
    welcome = await nobody.say("/start")
    await nobody.press(welcome, "Create a household", sees="Friend's Home is yours")


async def test_a_viewer_is_told_that_they_may_only_look(
    running: Parts, database: Database, alice: Phone, bob: Phone
) -> None:
    def share(session: Session) -> None:
        who = settle_in(session, alice)
        home = households.create(session, who, "Home", None, "UTC")
        members.join(session, settle_in(session, bob), home.id, Role.VIEWER)

    await database.write(share)
    await alice.say("/add 2 l milk")
    for text in (
        "/use 1 milk",
        "/add 1 milk",
        "/remove milk",
        "/min 1 milk",
        "/expires today milk",
        "/use mlik",
    ):
        assert "You may only look at this household." in (await bob.say(text)).text
    assert (await bob.say("/list")).text == "There is nothing on the shopping list yet."
    await alice.say("/buy 1 l milk")
    listed = await bob.say("/list")
    assert (listed.text, listed.labels()) == ("Shopping\n0 of 1 bought.\n\n⬜ milk · 1 l", [])
    card = await bob.say("milk")
    assert (card.text, card.labels()) == ("milk\n2 l · pantry", ["Details"])
    details = await bob.press(card, "Details", sees="Last changes")
    await bob.toast(details, "Back")
    await bob.sandbox.wait_for(bob.id, lambda seen: seen.id == card.id and seen.labels() == ["Details"])
