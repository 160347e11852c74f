"""Messages that the bot sends."""

from typing import TYPE_CHECKING, Any

from aiogram.methods import SendChatAction, SendDocument, SendMessage, SendPhoto
from aiogram.types import Chat, Message, MessageEntity, ReplyParameters

from sandbox import people
from sandbox.entities import Text, compose
from sandbox.errors import bad_request, forbidden
from sandbox.files import document_of, photo_of
from sandbox.markup import checked_markup
from sandbox.messages import add_message, find_message

if TYPE_CHECKING:
    from sandbox.state import Sandbox

MAX_TEXT, MAX_CAPTION = 4096, 1024  # characters, after the entities are parsed


def recipient(sandbox: "Sandbox", chat_id: int | str | None) -> Chat:
    """The chat that the bot may write to. Raises BotApiError 400 or 403."""
    if chat_id is None or chat_id == "":
        raise bad_request("chat_id is empty")
    if isinstance(chat_id, str):
        raise bad_request("chat not found")
    if chat_id == sandbox.settings.bot_id:
        raise forbidden("bot can't send messages to bots")
    person = people.find_person(sandbox.store, chat_id)
    if person is not None:
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return person.chat()
    group = people.find_group(sandbox.store, chat_id)
    if group is None:
        raise bad_request("chat not found")
    return group.chat()


def message_text(text: str | None, parse_mode: Any, entities: list[MessageEntity] | None) -> Text:
    """The text of a message, within Telegram's limits. Raises BotApiError 400."""
    composed = compose(text or "", parse_mode if isinstance(parse_mode, str) else None, entities)
    if not composed.text:
        raise bad_request("message text is empty")
    if len(composed.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return composed


def send_message(sandbox: "Sandbox", call: SendMessage) -> Message:
    """https://core.telegram.org/bots/api#sendmessage"""
    composed = message_text(call.text, call.parse_mode, call.entities)
    return _send(sandbox, call, {"text": composed.text, "entities": composed.entities or None})


def send_photo(sandbox: "Sandbox", call: SendPhoto) -> Message:
    """https://core.telegram.org/bots/api#sendphoto"""
    caption = _caption(call)
    return _send(sandbox, call, {"photo": photo_of(sandbox.store, call.photo), **caption})


def send_document(sandbox: "Sandbox", call: SendDocument) -> Message:
    """https://core.telegram.org/bots/api#senddocument"""
    caption = _caption(call)
    return _send(sandbox, call, {"document": document_of(sandbox.store, call.document), **caption})


def send_chat_action(sandbox: "Sandbox", call: SendChatAction) -> bool:
    """https://core.telegram.org/bots/api#sendchataction"""
    chat = recipient(sandbox, call.chat_id)
    sandbox.feed.publish(chat.id, {"type": "action", "action": call.action})
    return True


def _caption(call: SendPhoto | SendDocument) -> dict[str, Any]:
    mode = call.parse_mode if isinstance(call.parse_mode, str) else None
    composed = compose(call.caption or "", mode, call.caption_entities)
    if len(composed.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return {"caption": composed.text or None, "caption_entities": composed.entities or None}


def _send(
    sandbox: "Sandbox", call: SendMessage | SendPhoto | SendDocument, content: dict[str, Any]
) -> Message:
    keyboard = checked_markup(call.reply_markup)
    chat = recipient(sandbox, call.chat_id)
    reply = _replied(sandbox, chat.id, call.reply_parameters, call.reply_to_message_id)
    sandbox.limits.spend(chat.id)
    fields = {**content, "reply_markup": keyboard, "reply_to_message": reply}
    message = add_message(sandbox.store, chat, sandbox.bot_user, fields)
    sandbox.show(message)
    return message


def _replied(
    sandbox: "Sandbox", chat_id: int, reply: ReplyParameters | None, reply_to: int | None
) -> Message | None:
    message_id = reply.message_id if reply else reply_to
    if not message_id:
        return None
    found = find_message(sandbox.store, chat_id, message_id)
    if found is None:
        if reply and reply.allow_sending_without_reply is True:
            return None
        raise bad_request("message to be replied not found")
    # A quoted message is shown without what it quotes itself.
    return found.model_copy(update={"reply_to_message": None})
