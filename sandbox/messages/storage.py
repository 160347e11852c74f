"""Messages as the sandbox keeps them: Telegram's own JSON, one row per message."""

import json
import time
from datetime import UTC, datetime
from typing import Any

from aiogram.types import Chat, Message, TelegramObject, User

from sandbox.store import Store


def dump(value: Any) -> Any:
    """A result in Telegram's JSON: no empty fields, times in Unix seconds."""
    if isinstance(value, TelegramObject):
        return value.model_dump(mode="json", exclude_none=True, by_alias=True)
    if isinstance(value, list):
        return [dump(item) for item in value]
    return value


def now() -> datetime:
    """The current time, in whole seconds as Telegram has it."""
    return datetime.fromtimestamp(int(time.time()), UTC)


def add_message(
    store: Store, chat: Chat, sender: User, content: dict[str, Any], silent: bool = False
) -> Message:
    """Keep a new message; `content` holds the fields of aiogram's Message with what was sent.

    `silent` means without a sound; Telegram does not tell bots.
    """
    message_id = store.insert(
        "INSERT INTO messages (chat_id, body, silent) VALUES (?, '{}', ?)", chat.id, silent
    )
    message = Message(message_id=message_id, date=now(), chat=chat, from_user=sender, **content)
    save_message(store, message)
    return message


def save_message(store: Store, message: Message) -> None:
    """Store a message's current state."""
    store.run("UPDATE messages SET body = ? WHERE id = ?", json.dumps(dump(message)), message.message_id)


def find_message(store: Store, chat_id: int, message_id: int) -> Message | None:
    """A message of a chat, or None if there is none or it was deleted."""
    row = store.row("SELECT body FROM messages WHERE id = ? AND chat_id = ?", message_id, chat_id)
    return Message.model_validate_json(row["body"]) if row else None


def is_silent(store: Store, message_id: int) -> bool:
    """Whether the message came without a sound."""
    row = store.row("SELECT silent FROM messages WHERE id = ?", message_id)
    return bool(row and row["silent"])


def delete_message(store: Store, message_id: int) -> None:
    """Delete a message; its id is not used again."""
    store.run("DELETE FROM messages WHERE id = ?", message_id)


def chat_of(store: Store, message_id: int) -> int | None:
    """The chat that a message is in, or None."""
    row = store.row("SELECT chat_id FROM messages WHERE id = ?", message_id)
    return int(row["chat_id"]) if row else None


def messages_of(store: Store, chat_id: int, after: int) -> list[Message]:
    """A chat's messages with an id above `after`, oldest first."""
    rows = store.rows("SELECT body FROM messages WHERE chat_id = ? AND id > ? ORDER BY id", chat_id, after)
    return [Message.model_validate_json(row["body"]) for row in rows]
