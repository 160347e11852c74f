"""Who the bot may write to.

The order of the checks and the messages are those of `check_chat_access` in the Bot API server's Client.cpp
(https://github.com/tdlib/telegram-bot-api).
"""

from aiogram.types import Chat

from sandbox.chats import groups, people
from sandbox.chats.groups import Group
from sandbox.errors import BotApiError, bad_request, forbidden
from sandbox.state import Sandbox


def recipient(sandbox: Sandbox, chat_id: int | str | None, *, edits: bool = False) -> Chat:
    """The chat to write to or, with `edits`, to change messages in. Raises BotApiError."""
    if chat_id is None or chat_id == "":
        raise bad_request("chat_id is empty")
    if isinstance(chat_id, str):
        raise bad_request("chat not found")
    if chat_id == sandbox.settings.bot_id:
        raise forbidden("bot can't send messages to bots")
    if chat_id > 0:
        return _private(sandbox, chat_id)
    group = groups.find_group(sandbox.store, chat_id)
    if group is None:
        raise bad_request("chat not found")
    _check_group(group, edits)
    return group.chat()


def check_rights(sandbox: Sandbox, chat: Chat, what: str) -> None:
    """Raise BotApiError 400 if the bot may not send `what` (text messages, photos, documents) here."""
    group = groups.find_group(sandbox.store, chat.id) if chat.id < 0 else None
    if group is not None and group.status == "silenced":
        raise bad_request(f"not enough rights to send {what} to the chat")


def _private(sandbox: Sandbox, chat_id: int) -> Chat:
    person = people.find_person(sandbox.store, chat_id)
    if person is None:
        raise bad_request("chat not found")
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")
    return person.chat()


def _check_group(group: Group, edits: bool) -> None:
    if edits and group.kind == "group" and not group.is_open:
        # Old messages can still be found, but not changed.
        raise bad_request("message can't be edited")
    if group.migrated_to is not None:
        raise BotApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": group.migrated_to},
        )
    if group.status == "kicked":
        raise forbidden(f"bot was kicked from the {group.kind} chat")
    if group.status == "left":
        raise forbidden(f"bot is not a member of the {group.kind} chat")
    if group.status == "deleted":
        # A supergroup leaves nothing behind.
        raise (
            forbidden("the group chat was deleted")
            if group.kind == "group"
            else bad_request("chat not found")
        )
