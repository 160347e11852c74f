"""Messages that the bot changes or takes back."""

from typing import Any

from aiogram.methods import DeleteMessage, EditMessageCaption, EditMessageReplyMarkup, EditMessageText
from aiogram.types import InlineKeyboardMarkup, Message

from sandbox.botapi.recipients import recipient
from sandbox.errors import bad_request, not_in_the_sandbox
from sandbox.messages.markup import checked_markup
from sandbox.messages.storage import delete_message as forget
from sandbox.messages.storage import dump, find_message, now, save_message
from sandbox.messages.texts import caption_text, message_text
from sandbox.state import Sandbox

MAX_AGE = 48 * 3600  # seconds after which a message can no longer be deleted


def edit_message_text(sandbox: Sandbox, call: EditMessageText) -> Message:
    """https://core.telegram.org/bots/api#editmessagetext"""
    composed = message_text(call.text, call.parse_mode, call.entities, edits=True)
    keyboard = checked_markup(call.reply_markup)
    message = _own_message(sandbox, call)
    if message.text is None:
        raise bad_request("there is no text in the message to edit")
    changes = {"text": composed.text, "entities": composed.entities or None}
    return _edit(sandbox, message, changes, keyboard)


def edit_message_caption(sandbox: Sandbox, call: EditMessageCaption) -> Message:
    """https://core.telegram.org/bots/api#editmessagecaption"""
    composed = caption_text(call.caption, call.parse_mode, call.caption_entities, edits=True)
    keyboard = checked_markup(call.reply_markup)
    message = _own_message(sandbox, call)
    if message.photo is None and message.document is None:
        raise bad_request("there is no caption in the message to edit")
    changes = {"caption": composed.text or None, "caption_entities": composed.entities or None}
    return _edit(sandbox, message, changes, keyboard)


def edit_message_reply_markup(sandbox: Sandbox, call: EditMessageReplyMarkup) -> Message:
    """https://core.telegram.org/bots/api#editmessagereplymarkup"""
    keyboard = checked_markup(call.reply_markup)
    return _edit(sandbox, _own_message(sandbox, call), {}, keyboard)


def delete_message(sandbox: Sandbox, call: DeleteMessage) -> bool:
    """https://core.telegram.org/bots/api#deletemessage"""
    chat = recipient(sandbox, call.chat_id)
    message = find_message(sandbox.store, chat.id, call.message_id)
    if message is None:
        raise bad_request("message to delete not found")
    is_own = message.from_user is not None and message.from_user.id == sandbox.settings.bot_id
    if not is_own and chat.type != "private":
        raise bad_request("message can't be deleted")
    if (now() - message.date).total_seconds() > MAX_AGE:
        raise bad_request("message can't be deleted for everyone")
    forget(sandbox.store, message.message_id)
    sandbox.feed.publish(chat.id, {"type": "deleted", "message_id": message.message_id})
    return True


def _own_message(
    sandbox: Sandbox, call: EditMessageText | EditMessageCaption | EditMessageReplyMarkup
) -> Message:
    if call.inline_message_id is not None:
        raise not_in_the_sandbox()
    if not call.message_id:
        raise bad_request("message identifier is not specified")
    chat = recipient(sandbox, call.chat_id, edits=True)
    message = find_message(sandbox.store, chat.id, call.message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.from_user is None or message.from_user.id != sandbox.settings.bot_id:
        raise bad_request("message can't be edited")
    return message


def _edit(
    sandbox: Sandbox, message: Message, changes: dict[str, Any], keyboard: InlineKeyboardMarkup | None
) -> Message:
    edited = message.model_copy(update={**changes, "reply_markup": keyboard})
    if dump(edited) == dump(message):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    sandbox.limits.spend(message.chat.id)
    edited = edited.model_copy(update={"edit_date": int(now().timestamp())})
    save_message(sandbox.store, edited)
    sandbox.show(edited)
    return edited
