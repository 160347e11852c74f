"""What people do on their phones."""

import time
from typing import Any

from aiogram.types import CallbackQuery, Chat, InlineKeyboardButton, Message

from sandbox.chats import groups, people
from sandbox.chats.groups import GroupStatus
from sandbox.chats.memberships import tell_of_membership
from sandbox.chats.people import Person
from sandbox.errors import ControlError
from sandbox.messages.entities import written
from sandbox.messages.storage import add_message, chat_of, find_message
from sandbox.state import Sandbox

MAX_TEXT = 4096  # characters: Telegram's apps split longer texts


def write(sandbox: Sandbox, person_id: int, text: str, chat_id: int | None) -> Message:
    """Send a person's text to the bot, or to one of their groups. Raises ControlError."""
    person = people.get_person(sandbox.store, person_id)
    chat = _chat_for(sandbox, person, chat_id)
    marked = written(text)
    if not marked.text:
        raise ControlError(400, "There is nothing to send: the text is empty.")
    if len(marked.text) > MAX_TEXT:
        raise ControlError(400, f"The text is too long: Telegram sends at most {MAX_TEXT} characters.")
    content = {"text": marked.text, "entities": marked.entities or None}
    message = add_message(sandbox.store, chat, person.user(), content)
    if chat.type == "private" and not person.started:
        people.mark(sandbox.store, person_id, "started")
        sandbox.feed.publish(chat.id, {"type": "people"})
    if _bot_hears(sandbox, chat):
        sandbox.updates.add("message", message)
    sandbox.show(message)
    return message


def _bot_hears(sandbox: Sandbox, chat: Chat) -> bool:
    return chat.type == "private" or groups.get_group(sandbox.store, chat.id).has_bot


def _chat_for(sandbox: Sandbox, person: Person, chat_id: int | None) -> Chat:
    if person.deactivated:
        raise ControlError(409, f"{person.first_name} has deleted their account.")
    if chat_id is None or chat_id == person.id:
        if person.blocked:
            raise ControlError(409, f"{person.first_name} has blocked the bot: unblock it first.")
        return person.chat()
    for group in groups.groups_of(sandbox.store, person.id):
        if group.id == chat_id and not group.is_open:
            raise ControlError(409, f"Nobody can write in {group.title} {chat_id} any more.")
        if group.id == chat_id:
            return group.chat()
    raise ControlError(404, f"{person.first_name} is in no chat with the id {chat_id}.")


def press(sandbox: Sandbox, person_id: int, message_id: int, which: str) -> dict[str, Any]:
    """Press the button with this callback data, URL or label. Raises ControlError.

    Returns `{"press_id": ...}`, the id of the callback query, or `{"url": ...}` for a link.
    """
    person = people.get_person(sandbox.store, person_id)
    found = chat_of(sandbox.store, message_id)
    if found is None:
        raise ControlError(404, f"There is no message {message_id}: it may have been deleted.")
    chat = _chat_for(sandbox, person, found)
    message = find_message(sandbox.store, chat.id, message_id)
    assert message is not None
    button = _button(message, which)
    if button.url is not None:
        return {"url": button.url}
    press_id = sandbox.store.insert(
        "INSERT INTO presses (chat_id, message_id, person_id, data, pressed_at) VALUES (?, ?, ?, ?, ?)",
        chat.id,
        message_id,
        person_id,
        button.callback_data,
        time.time(),
    )
    query = CallbackQuery(
        id=str(press_id),
        from_user=person.user(),
        chat_instance=str(chat.id),
        message=message,
        data=button.callback_data,
    )
    if _bot_hears(sandbox, chat):
        sandbox.updates.add("callback_query", query)
    return {"press_id": str(press_id)}


def _button(message: Message, which: str) -> InlineKeyboardButton:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    buttons = [button for row in rows for button in row]
    found = [button for button in buttons if which in (button.callback_data, button.url)]
    if found := found or [button for button in buttons if which == button.text]:
        return found[0]
    labels = ", ".join(repr(button.text) for button in buttons) or "none"
    raise ControlError(404, f"Message {message.message_id} has no button {which!r}. Its buttons: {labels}.")


def block(sandbox: Sandbox, person_id: int, blocked: bool) -> None:
    """Block or unblock the bot; a second time changes nothing. Raises ControlError."""
    person = people.get_person(sandbox.store, person_id)
    if person.blocked == blocked:
        return
    people.mark(sandbox.store, person_id, "blocked", blocked)
    before: GroupStatus = "kicked" if person.blocked else "member"
    after: GroupStatus = "kicked" if blocked else "member"
    tell_of_membership(sandbox, person.chat(), person.user(), before, after)
    sandbox.feed.publish(person_id, {"type": "people"})


def deactivate(sandbox: Sandbox, person_id: int) -> None:
    """Delete a person's account; the bot is not told. Raises ControlError."""
    people.get_person(sandbox.store, person_id)
    people.mark(sandbox.store, person_id, "deactivated")
    sandbox.feed.publish(person_id, {"type": "people"})
