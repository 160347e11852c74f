"""The menu of commands."""

import pytest
from aiogram import Bot
from aiogram.types import BotCommandScopeAllPrivateChats

from bot.command_menu import COMMANDS, register_commands
from sandbox.client import SandboxClient


async def test_the_commands_are_registered_for_private_chats(
    telegram: Bot, sandbox: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    await register_commands(telegram)
    menu = await telegram.get_my_commands(scope=BotCommandScopeAllPrivateChats())
    assert [command.command for command in menu] == list(COMMANDS)
    await sandbox.inject("5xx", method="setMyCommands")
    await register_commands(telegram)
    assert "The command menu could not be registered" in caplog.text
