"""Groups, where the bot does not act, and who blocks it."""

from core.db import Database
from core.delivery import chats, inbox
from sandbox.client import SandboxClient
from tests.bot.conftest import Parts, settle_in, share_home
from tests.bot.phone import Phone
from tests.bot.waiting import until

GROUP = -1001


async def test_a_command_in_a_group_is_pointed_to_a_private_chat_and_does_nothing(
    running: Parts, database: Database, sandbox: SandboxClient, alice: Phone, bob: Phone
) -> None:
    await database.write(share_home, alice, {})
    await alice.say("/add 3 l milk")
    await sandbox.add_group(GROUP, "Flat", [alice.id, bob.id])
    for text in ("/stock", "/use 1 milk", "/link", "/start"):
        sent = await sandbox.write(alice.id, text, chat_id=GROUP)
        answer = await sandbox.wait_for(alice.id, "private chat", after=sent.id, chat_id=GROUP)
        assert answer.text == "Talk to me in a private chat: https://t.me/StockbellDemoBot?start"
        assert answer.buttons == []
    assert "3 l" in (await alice.say("milk")).text


async def test_talk_in_a_group_and_commands_for_other_bots_are_left_alone(
    running: Parts, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.add_group(GROUP, "Flat", [alice.id])
    await sandbox.write(alice.id, "we are out of milk", chat_id=GROUP)
    await sandbox.write(alice.id, "/stock@AnotherBot", chat_id=GROUP)
    last = await sandbox.write(alice.id, "/help", chat_id=GROUP)
    await sandbox.wait_for(alice.id, "private chat", chat_id=GROUP)
    answers = [m for m in await sandbox.transcript(alice.id, GROUP) if m.from_bot]
    assert [answer.id > last.id for answer in answers] == [True]


async def test_who_blocks_the_bot_is_left_alone_until_they_come_back(
    running: Parts, database: Database, alice: Phone
) -> None:
    who = await database.write(settle_in, alice)
    await alice.say("/start")
    await alice.sandbox.block(alice.id)

    async def is_suspended() -> bool:
        chat = await database.read(chats.find, alice.id)
        return chat is not None and chat.suspended

    async def is_back() -> bool:
        return not await is_suspended()

    await until(is_suspended)
    page = await database.read(inbox.read, who, 10, 0)
    assert type(page.entries[0].event).__name__ == "ChatSuspended"
    await alice.sandbox.unblock(alice.id)
    await until(is_back)
