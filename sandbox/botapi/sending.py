"""Messages that the bot sends."""

from typing import Any

from aiogram.methods import SendChatAction, SendDocument, SendMessage, SendPhoto
from aiogram.types import Message, ReplyParameters

from sandbox.botapi.recipients import check_rights, recipient
from sandbox.errors import bad_request
from sandbox.messages.files import document_of, photo_of
from sandbox.messages.markup import checked_markup
from sandbox.messages.storage import add_message, find_message
from sandbox.messages.texts import caption_text, message_text
from sandbox.state import Sandbox


def send_message(sandbox: Sandbox, call: SendMessage) -> Message:
    """https://core.telegram.org/bots/api#sendmessage"""
    composed = message_text(call.text, call.parse_mode, call.entities)
    content = {"text": composed.text, "entities": composed.entities or None}
    return _send(sandbox, call, content, "text messages")


def send_photo(sandbox: Sandbox, call: SendPhoto) -> Message:
    """https://core.telegram.org/bots/api#sendphoto"""
    content = {**_caption(call), "photo": photo_of(sandbox.store, call.photo)}
    return _send(sandbox, call, content, "photos")


def send_document(sandbox: Sandbox, call: SendDocument) -> Message:
    """https://core.telegram.org/bots/api#senddocument"""
    content = {**_caption(call), "document": document_of(sandbox.store, call.document)}
    return _send(sandbox, call, content, "documents")


def send_chat_action(sandbox: Sandbox, call: SendChatAction) -> bool:
    """https://core.telegram.org/bots/api#sendchataction"""
    chat = recipient(sandbox, call.chat_id)
    _check_thread(call.message_thread_id)
    sandbox.feed.publish(chat.id, {"type": "action", "action": call.action})
    return True


def _caption(call: SendPhoto | SendDocument) -> dict[str, Any]:
    composed = caption_text(call.caption, call.parse_mode, call.caption_entities)
    return {"caption": composed.text or None, "caption_entities": composed.entities or None}


def _send(
    sandbox: Sandbox, call: SendMessage | SendPhoto | SendDocument, content: dict[str, Any], what: str
) -> Message:
    keyboard = checked_markup(call.reply_markup)
    chat = recipient(sandbox, call.chat_id)
    _check_thread(call.message_thread_id)
    check_rights(sandbox, chat, what)
    reply = _replied(sandbox, chat.id, call.reply_parameters, call.reply_to_message_id)
    sandbox.limits.spend(chat.id)
    fields = {**content, "reply_markup": keyboard, "reply_to_message": reply}
    message = add_message(sandbox.store, chat, sandbox.bot_user, fields, bool(call.disable_notification))
    sandbox.show(message)
    return message


def _check_thread(thread_id: int | None) -> None:
    # The sandbox's groups have no topics, so Telegram would say that the topic was deleted.
    if thread_id:
        raise bad_request("message thread not found")


def _replied(
    sandbox: Sandbox, chat_id: int, reply: ReplyParameters | None, reply_to: int | None
) -> Message | None:
    message_id = reply.message_id if reply else reply_to
    if not message_id:
        return None
    found = find_message(sandbox.store, chat_id, message_id)
    if found is None:
        if reply and reply.allow_sending_without_reply is True:
            return None
        raise bad_request("message to be replied not found")
    # A quoted message is shown without the one that it quotes itself.
    return found.model_copy(update={"reply_to_message": None})
