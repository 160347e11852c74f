"""Groups that change, and chats that are gone; every sentence is the Bot API server's own."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError, TelegramMigrateToChat

from sandbox.client import GroupChange, SandboxClient, SandboxClientError
from sandbox.settings import DEFAULT_TOKEN
from tests.sandbox.conftest import ALICE, BOB
from tests.sandbox.fetching import fetch

GROUP, SUPERGROUP = -77, -1001


async def refusal(bot: Bot, chat_id: int) -> str:
    with pytest.raises(TelegramAPIError) as caught:
        await bot.send_message(chat_id, "x")
    return caught.value.message


async def test_a_group_becomes_a_supergroup_with_another_id(
    sandbox: SandboxClient, bot: Bot, base_url: str
) -> None:
    await sandbox.add_group(GROUP, "Home", [ALICE, BOB])
    await bot.send_message(GROUP, "before")
    new_id = await sandbox.migrate_group(GROUP)
    assert new_id == -1000000000077
    url = f"{base_url}/bot{DEFAULT_TOKEN}/sendMessage"
    answer = await fetch(url, "POST", json={"chat_id": GROUP, "text": "x"})
    assert (answer.status, answer.json) == (
        400,
        {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": new_id},
        },
    )
    with pytest.raises(TelegramMigrateToChat):
        await bot.send_message(GROUP, "x")
    await bot.send_message(new_id, "after")
    for person in (ALICE, BOB):
        assert (await sandbox.wait_for(person, "after", chat_id=new_id)).chat_id == new_id
        assert (await sandbox.wait_for(person, "before", chat_id=GROUP)).chat_id == GROUP


async def test_both_chats_tell_the_bot_of_the_other(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.add_group(GROUP, "Home", [ALICE])
    new_id = await sandbox.migrate_group(GROUP)
    old, new = [update.message for update in await bot.get_updates() if update.message]
    assert (old.chat.id, old.chat.type, old.migrate_to_chat_id) == (GROUP, "group", new_id)
    assert old.from_user is not None
    assert old.from_user.id == ALICE
    assert (new.chat.id, new.chat.type, new.migrate_from_chat_id) == (new_id, "supergroup", GROUP)
    assert new.sender_chat is not None
    assert new.sender_chat.id == new_id


async def test_after_the_change_people_write_in_the_new_chat_only(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.add_group(GROUP, "Home", [ALICE])
    new_id = await sandbox.migrate_group(GROUP)
    with pytest.raises(SandboxClientError, match="any more"):
        await sandbox.write(ALICE, "hello?", chat_id=GROUP)
    await sandbox.write(ALICE, "hello", chat_id=new_id)
    *_, update = await bot.get_updates()
    assert update.message is not None
    assert (update.message.chat.id, update.message.text) == (new_id, "hello")
    (alice,) = [person for person in (await sandbox.state())["people"] if person["id"] == ALICE]
    assert alice["groups"] == [{"id": new_id, "title": "Home"}]
    for group in (GROUP, new_id):
        with pytest.raises(SandboxClientError, match="supergroup already, or no longer there"):
            await sandbox.migrate_group(group)


async def test_what_was_said_before_can_no_longer_be_edited(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.add_group(GROUP, "Home", [ALICE])
    sent = await bot.send_message(GROUP, "before")
    await sandbox.migrate_group(GROUP)
    with pytest.raises(TelegramAPIError, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=GROUP, message_id=sent.message_id)


@pytest.mark.parametrize(
    ("group", "change", "sentence"),
    [
        (GROUP, "kick", "Forbidden: bot was kicked from the group chat"),
        (SUPERGROUP, "kick", "Forbidden: bot was kicked from the supergroup chat"),
        (GROUP, "remove", "Forbidden: bot is not a member of the group chat"),
        (SUPERGROUP, "remove", "Forbidden: bot is not a member of the supergroup chat"),
        (GROUP, "delete", "Forbidden: the group chat was deleted"),
        (SUPERGROUP, "delete", "Bad Request: chat not found"),
        (GROUP, "silence", "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_groups_that_do_not_take_messages(
    sandbox: SandboxClient, bot: Bot, group: int, change: GroupChange, sentence: str
) -> None:
    await sandbox.add_group(group, "Home", [ALICE])
    await sandbox.change_group(group, change)
    assert await refusal(bot, group) == sentence
    assert await sandbox.acceptances() == []


@pytest.mark.parametrize(("change", "status"), [("kick", "kicked"), ("remove", "left")])
async def test_the_bot_hears_that_it_was_thrown_out_and_let_in_again(
    sandbox: SandboxClient, bot: Bot, change: GroupChange, status: str
) -> None:
    await sandbox.add_group(GROUP, "Home", [ALICE])
    await sandbox.change_group(GROUP, change)
    await sandbox.change_group(GROUP, change)
    await sandbox.write(ALICE, "the bot does not hear this", chat_id=GROUP)
    await sandbox.change_group(GROUP, "restore")
    changes = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
    assert [(c.old_chat_member.status, c.new_chat_member.status) for c in changes] == [
        ("left", "member"),
        ("member", status),
        (status, "member"),
    ]
    assert not [update for update in await bot.get_updates() if update.message]
    await bot.send_message(GROUP, "back")


async def test_a_deactivated_account(sandbox: SandboxClient, bot: Bot, alice: int) -> None:
    sent = await bot.send_message(alice, "still here")
    await sandbox.deactivate(alice)
    assert await refusal(bot, alice) == "Forbidden: user is deactivated"
    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.edit_message_text("x", chat_id=alice, message_id=sent.message_id)
    with pytest.raises(SandboxClientError, match="deleted their account"):
        await sandbox.write(alice, "hello")


async def test_unknown_groups_get_a_sentence(sandbox: SandboxClient) -> None:
    with pytest.raises(SandboxClientError, match="no group with the id -5"):
        await sandbox.migrate_group(-5)
    with pytest.raises(SandboxClientError, match="no group with the id -5"):
        await sandbox.change_group(-5, "kick")


@pytest.mark.parametrize("method", ["sendMessage", "sendChatAction"])
async def test_a_topic_that_is_not_there(
    sandbox: SandboxClient, bot: Bot, base_url: str, method: str
) -> None:
    await sandbox.add_group(SUPERGROUP, "Home", [ALICE])
    body = {"chat_id": SUPERGROUP, "text": "x", "action": "typing", "message_thread_id": 5}
    answer = await fetch(f"{base_url}/bot{DEFAULT_TOKEN}/{method}", "POST", json=body)
    assert answer.json["description"] == "Bad Request: message thread not found"
