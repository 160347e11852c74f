"""Codes that link a chat and an account: single use, few guesses, and two sides that act at once."""

import asyncio

import pytest

from core.accounts import accounts
from core.actors import Actor, Face
from core.db import Database
from core.delivery import chats
from core.delivery.chats import ChatState, TelegramPerson
from core.errors import Conflict
from core.telegram import link_codes, linking
from core.telegram.link_codes import GUESSES, WRONG, CodeRefused
from core.telegram.linking import Linked
from tests.core.world import Watch

KEY = b"the key of a test, 32 bytes or more"
WRONG_CODE = "AAAAAAAA"


async def person(database: Database, name: str) -> Actor:
    made = await database.write(accounts.register, f"{name}@example.com", "no hash", name, "UTC")
    return Actor(made.id, Face.WEB)


async def phone(database: Database, number: int = 1) -> ChatState:
    return await database.write(chats.greet, TelegramPerson(number, f"Phone {number}"))


@pytest.mark.both_databases
async def test_a_code_of_the_chat_links_once(database: Database) -> None:
    alice, chat = await person(database, "alice"), await phone(database)
    code = (await database.write(linking.issue_for_chat, KEY, chat)).code
    outcomes = await asyncio.gather(
        *(database.write(linking.redeem_on_web, KEY, alice, code) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Linked) for outcome in outcomes) == 1


async def test_only_the_newest_code_is_live(database: Database) -> None:
    alice, chat = await person(database, "alice"), await phone(database)
    old = (await database.write(linking.issue_for_chat, KEY, chat)).code
    new = (await database.write(linking.issue_for_chat, KEY, chat)).code
    assert await database.write(linking.redeem_on_web, KEY, alice, old) == WRONG
    assert isinstance(await database.write(linking.redeem_on_web, KEY, alice, new), Linked)


@pytest.mark.both_databases
async def test_a_double_click_makes_two_codes_of_which_one_works(database: Database) -> None:
    alice = await person(database, "alice")
    for _ in range(10):
        pair = await asyncio.gather(*(database.write(linking.issue_for_user, KEY, alice) for _ in range(2)))
        live = [await database.read(link_codes.peek, KEY, issued.code) for issued in pair]
        assert sum(owner is not None for owner in live) == 1


async def test_a_code_runs_out_after_ten_minutes(database: Database, watch: Watch) -> None:
    alice, chat = await person(database, "alice"), await phone(database)
    code = (await database.write(linking.issue_for_chat, KEY, chat)).code
    watch.advance(minutes=10)
    assert await database.write(linking.redeem_on_web, KEY, alice, code) == WRONG


async def test_a_code_works_in_its_own_direction_only(database: Database) -> None:
    alice, bob = await person(database, "alice"), await person(database, "bob")
    code = (await database.write(linking.issue_for_user, KEY, alice)).code
    assert await database.write(linking.redeem_on_web, KEY, bob, code) == WRONG
    chat = await phone(database)
    assert isinstance(await database.write(linking.redeem_in_chat, KEY, chat, code), Linked), "still good"


async def test_five_wrong_tries_lock_the_guesser_even_if_they_know_a_code_of_their_own(
    database: Database, watch: Watch
) -> None:
    alice, chat = await person(database, "alice"), await phone(database)
    own = (await database.write(linking.issue_for_user, KEY, alice)).code
    for _ in range(GUESSES - 1):
        assert await database.write(linking.preview_in_chat, KEY, chat, WRONG_CODE) == WRONG
        assert not isinstance(await database.write(linking.preview_in_chat, KEY, chat, own), CodeRefused)
    assert await database.write(linking.preview_in_chat, KEY, chat, WRONG_CODE) == WRONG
    locked = await database.write(linking.preview_in_chat, KEY, chat, own)
    assert isinstance(locked, CodeRefused)
    assert locked.retry_after is not None
    watch.advance(seconds=locked.retry_after)
    assert isinstance(await database.write(linking.preview_in_chat, KEY, chat, WRONG_CODE), CodeRefused)


async def test_linking_ends_the_codes_of_both_sides(database: Database) -> None:
    alice, chat, thief = await person(database, "alice"), await phone(database), await phone(database, 2)
    forgotten = (await database.write(linking.issue_for_user, KEY, alice)).code
    code = (await database.write(linking.issue_for_chat, KEY, chat)).code
    await database.write(linking.redeem_on_web, KEY, alice, code)
    await database.write(linking.unlink, alice)
    assert await database.write(linking.redeem_in_chat, KEY, thief, forgotten) == WRONG


@pytest.mark.both_databases
async def test_a_code_of_a_chat_that_was_linked_meanwhile_is_a_clash_until_it_is_unlinked(
    database: Database,
) -> None:
    alice, bob, chat = await person(database, "alice"), await person(database, "bob"), await phone(database)
    of_chat = (await database.write(linking.issue_for_chat, KEY, chat)).code
    of_alice = (await database.write(linking.issue_for_user, KEY, alice)).code
    await database.write(linking.redeem_in_chat, KEY, chat, of_alice)
    with pytest.raises(Conflict):
        await database.write(linking.redeem_on_web, KEY, bob, of_chat)
    await database.write(linking.unlink, alice)
    assert await database.write(linking.redeem_on_web, KEY, bob, of_chat) == WRONG


@pytest.mark.both_databases
async def test_two_phones_cannot_both_get_one_account(database: Database) -> None:
    alice, one, other = await person(database, "alice"), await phone(database, 1), await phone(database, 2)
    code = (await database.write(linking.issue_for_user, KEY, alice)).code
    of_other = (await database.write(linking.issue_for_chat, KEY, other)).code
    outcomes = await asyncio.gather(
        database.write(linking.redeem_in_chat, KEY, one, code),
        database.write(linking.redeem_on_web, KEY, alice, of_other),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Linked) for outcome in outcomes) == 1
    assert all(isinstance(outcome, Linked | Conflict | CodeRefused) for outcome in outcomes)
