"""Linking a chat from the web. The bot's half is done in the domain, as the bot does it."""

from datetime import timedelta

import pytest

from core import clock
from core.config import Settings
from core.db import Database
from core.delivery import chats
from core.delivery.chats import ChatState, TelegramPerson
from core.telegram import bots, link_codes, linking
from tests.support.people import PASSWORD, Person


@pytest.fixture
async def phone(database: Database) -> ChatState:
    """Alice's phone, which has written to the bot."""
    return await database.write(chats.greet, TelegramPerson(5001, "Alice", "alice_l"))


async def code_for(database: Database, settings: Settings, phone: ChatState) -> str:
    return (await database.write(linking.issue_for_chat, settings.signing_key(), phone)).code


async def test_alice_links_and_unlinks_her_chat(
    alice: Person, charlie: Person, phone: ChatState, database: Database, settings: Settings
) -> None:
    code = await code_for(database, settings, phone)
    typed = {"verificationCode": f" {code[:4].lower()}-{code[4:].lower()}"}
    linked = await alice.post("/notifications/telegram/link", typed)
    assert linked == {"linked": True, "telegramUsername": "@alice_l", "linkedAt": linked["linkedAt"]}
    status = await alice.get("/telegram/link-status")
    assert status == {"linked": True, "username": "@alice_l", "linkedAt": linked["linkedAt"]}
    settings_now = (await alice.get("/notifications/settings"))["telegram"]
    assert settings_now == {"enabled": True, "linked": True, "username": "@alice_l"}
    export = await alice.get("/auth/me/export")
    names = export["telegram"]["username"], export["notificationSettings"]["telegramUsername"]
    assert names == ("@alice_l", "@alice_l")

    # Used codes are dead, a second chat or account is a clash.
    await charlie.post("/notifications/telegram/link", {"verificationCode": code}, expect=400)
    assert (await alice.post("/telegram/generate-link-code", expect=409))["error"] == "CONFLICT"
    await alice.post("/notifications/telegram/link", {"verificationCode": code}, expect=409)

    await alice.delete("/notifications/telegram/unlink")
    await alice.delete("/notifications/telegram/unlink", expect=404)
    assert await alice.get("/telegram/link-status") == {"linked": False, "username": None, "linkedAt": None}
    assert (await alice.get("/notifications/settings"))["telegram"]["enabled"] is False


async def test_an_expired_code_is_refused(
    alice: Person, phone: ChatState, database: Database, settings: Settings
) -> None:
    code = await code_for(database, settings, phone)
    later = clock.utcnow() + link_codes.LIFETIME + timedelta(seconds=1)
    with clock.reading_from(lambda: later):
        answer = await alice.post("/notifications/telegram/link", {"verificationCode": code}, expect=400)
    assert answer["details"][0]["field"] == "verificationCode"


async def test_who_guesses_codes_is_locked_out_for_a_while(
    alice: Person, phone: ChatState, database: Database, settings: Settings
) -> None:
    code = await code_for(database, settings, phone)
    for guess in ("AAAAAAAA", "x", "\u0130", "0" * 64, "../../"):
        await alice.post("/notifications/telegram/link", {"verificationCode": guess}, expect=400)
    response = await alice.call("POST", "/notifications/telegram/link", {"verificationCode": code})
    assert (response.status_code, response.json()["error"]) == (429, "RATE_LIMIT_ERROR")
    wait = int(response.headers["Retry-After"])
    assert 0 < wait <= 15 * 60

    later = clock.utcnow() + timedelta(seconds=wait + 1)
    with clock.reading_from(lambda: later):
        login = await alice.post("/auth/login", {"email": alice.email, "password": PASSWORD})
        alice.carry(login["accessToken"])
        fresh = await code_for(database, settings, phone)
        await alice.post("/notifications/telegram/link", {"verificationCode": fresh})


async def test_a_code_for_the_bot_comes_with_a_link_once_a_bot_has_run(
    alice: Person, phone: ChatState, database: Database, settings: Settings
) -> None:
    first = await alice.post("/telegram/generate-link-code")
    assert (set(first), first["deepLink"]) == ({"code", "expiresAt", "deepLink", "instructions"}, None)
    await database.write(bots.claim, 42, "StockbellBot")
    second = await alice.post("/telegram/generate-link-code")
    assert second["deepLink"] == f"https://t.me/StockbellBot?start={second['code']}"
    assert second["code"] in second["instructions"]

    key = settings.signing_key()
    assert isinstance(
        await database.write(linking.redeem_in_chat, key, phone, first["code"]), link_codes.CodeRefused
    )
    await database.write(linking.redeem_in_chat, key, phone, second["code"])
    assert (await alice.get("/telegram/link-status"))["linked"] is True
