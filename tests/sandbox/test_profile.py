"""The bot's name and its command menu."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats

from sandbox.client import SandboxClient
from tests.sandbox.conftest import ALICE


async def menu(sandbox: SandboxClient, person_id: int) -> list[str]:
    (person,) = [p for p in (await sandbox.state())["people"] if p["id"] == person_id]
    return [entry["command"] for entry in person["commands"]]


async def names(bot: Bot, **options: Any) -> list[str]:
    return [command.command for command in await bot.get_my_commands(**options)]


async def test_who_the_bot_is(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.username) == (1000000001, True, "StockbellDemoBot")
    assert me.can_join_groups is True


async def test_people_see_the_commands_of_the_narrowest_scope_in_their_language(
    sandbox: SandboxClient, bot: Bot
) -> None:
    help_, hilfe = (
        BotCommand(command="help", description="Help"),
        BotCommand(command="hilfe", description="Hilfe"),
    )
    stock = BotCommand(command="stock", description="What is there")
    assert await names(bot) == []
    await bot.set_my_commands([help_])
    await bot.set_my_commands([hilfe], language_code="de")
    assert await names(bot) == ["help"]
    assert await names(bot, language_code="de") == ["hilfe"]
    assert (await menu(sandbox, ALICE), await menu(sandbox, 5003)) == (["help"], ["hilfe"])
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([stock], scope=private)
    assert await names(bot, scope=private) == ["stock"]
    assert await names(bot) == ["help"]
    assert await menu(sandbox, ALICE) == ["stock"]


@pytest.mark.parametrize(
    ("command", "description", "said"),
    [
        ("Stock", "x", "BOT_COMMAND_INVALID"),
        ("x" * 33, "x", "BOT_COMMAND_INVALID"),
        ("x", " ", "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_bad_commands(bot: Bot, command: str, description: str, said: str) -> None:
    with pytest.raises(TelegramBadRequest, match=said):
        await bot.set_my_commands([BotCommand(command=command, description=description)])


async def test_more_than_a_hundred_commands_are_too_many(bot: Bot) -> None:
    commands = [BotCommand(command=f"c{number}", description="x") for number in range(101)]
    with pytest.raises(TelegramBadRequest, match="BOT_COMMANDS_TOO_MUCH"):
        await bot.set_my_commands(commands)
