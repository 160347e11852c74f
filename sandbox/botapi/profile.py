"""Who the bot is, and its command menu."""

import json
import re
from typing import Any

from aiogram.methods import GetMe, GetMyCommands, SetMyCommands
from aiogram.types import BotCommand, User

from sandbox.errors import bad_request
from sandbox.messages.storage import dump
from sandbox.state import Sandbox
from sandbox.store import Store

MAX_COMMANDS = 100  # https://core.telegram.org/bots/api#setmycommands
_NAME = re.compile(r"[a-z0-9_]{1,32}")


def get_me(sandbox: Sandbox, _: GetMe) -> User:
    """https://core.telegram.org/bots/api#getme"""
    return sandbox.bot_user.model_copy(
        update={
            "can_join_groups": True,
            # As for an administrator of a group: the bot gets every message, the harder case.
            "can_read_all_group_messages": True,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
    )


def set_my_commands(sandbox: Sandbox, call: SetMyCommands) -> bool:
    """https://core.telegram.org/bots/api#setmycommands"""
    if len(call.commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = []
    for command in call.commands:
        name = command.command.removeprefix("/")
        if not _NAME.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.description.strip()) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        commands.append({"command": name, "description": command.description})
    sandbox.store.run(
        "INSERT OR REPLACE INTO commands VALUES (?, ?, ?)",
        _scope_key(dump(call.scope)),
        call.language_code or "",
        json.dumps(commands),
    )
    sandbox.feed.publish(0, {"type": "commands"})
    return True


def get_my_commands(sandbox: Sandbox, call: GetMyCommands) -> list[BotCommand]:
    """https://core.telegram.org/bots/api#getmycommands"""
    commands = _commands(sandbox.store, _scope_key(dump(call.scope)), call.language_code or "")
    return [BotCommand.model_validate(command) for command in commands]


def menu_of(store: Store, person_id: int, language: str) -> list[dict[str, str]]:
    """The commands a person sees in private: those of the narrowest scope with any, their language first.

    The order is Telegram's: https://core.telegram.org/bots/api#determining-list-of-commands
    """
    scopes: list[dict[str, Any] | None] = [
        {"type": "chat", "chat_id": person_id},
        {"type": "all_private_chats"},
        None,
    ]
    for scope in scopes:
        for code in (language, ""):
            if commands := _commands(store, _scope_key(scope), code):
                return commands
    return []


def _commands(store: Store, scope: str, language: str) -> list[dict[str, str]]:
    row = store.row("SELECT body FROM commands WHERE scope = ? AND language = ?", scope, language)
    commands: list[dict[str, str]] = json.loads(row["body"]) if row else []
    return commands


def _scope_key(scope: dict[str, Any] | None) -> str:
    return json.dumps(scope or {"type": "default"}, sort_keys=True)
