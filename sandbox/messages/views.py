"""Messages as people see them, in the control API and on the page."""

import json
from typing import Any

from aiogram.types import Message
from aiogram.utils.text_decorations import html_decoration

from sandbox.messages.files import find_file
from sandbox.messages.storage import dump, is_silent, messages_of
from sandbox.store import Store


def view_message(store: Store, message: Message) -> dict[str, Any]:
    """One message bubble, as JSON."""
    sender = message.from_user
    assert sender is not None
    text = message.text or message.caption or _service(message)
    entities = message.entities or message.caption_entities or []
    return {
        "id": message.message_id,
        "chat_id": message.chat.id,
        "from_id": sender.id,
        "from_name": sender.first_name,
        "from_bot": sender.is_bot and message.sender_chat is None,
        "date": int(message.date.timestamp()),
        "edited": message.edit_date is not None,
        "silent": is_silent(store, message.message_id),
        "text": text,
        "entities": dump(entities),
        "html": html_decoration.unparse(text, entities),
        "buttons": _buttons(message),
        "photo": _file(store, message.photo[-1].file_id) if message.photo else None,
        "document": _file(store, message.document.file_id) if message.document else None,
        "reply_to": message.reply_to_message.message_id if message.reply_to_message else None,
        "answers": _answers(store, message.message_id),
    }


def view_chat(store: Store, chat_id: int, after: int) -> list[dict[str, Any]]:
    """A chat's message bubbles with an id above `after`, oldest first."""
    return [view_message(store, message) for message in messages_of(store, chat_id, after)]


def _service(message: Message) -> str:
    if message.migrate_to_chat_id is not None:
        return f"This group became the supergroup {message.migrate_to_chat_id}."
    if message.migrate_from_chat_id is not None:
        return f"This supergroup was the group {message.migrate_from_chat_id}."
    return ""


def _buttons(message: Message) -> list[list[dict[str, str]]]:
    if message.reply_markup is None:
        return []
    return [
        [button.model_dump(include={"text", "callback_data", "url"}, exclude_none=True) for button in row]
        for row in message.reply_markup.inline_keyboard
    ]


def _file(store: Store, file_id: str) -> dict[str, Any] | None:
    row = find_file(store, "file_id", file_id)
    if row is None:
        return None
    kept = {column: row[column] for column in ("name", "mime", "width", "height")}
    return {**kept, "size": len(row["content"]), "url": f"/control/files/{row['path']}"}


def _answers(store: Store, message_id: int) -> list[dict[str, Any]]:
    rows = store.rows(
        "SELECT id, person_id, data, answer FROM presses "
        "WHERE message_id = ? AND answer IS NOT NULL ORDER BY id",
        message_id,
    )
    return [
        {"press_id": str(press_id), "person_id": person_id, "data": data, **json.loads(answer)}
        for press_id, person_id, data, answer in rows
    ]
