"""The Bot API methods that the sandbox knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from aiogram import methods
from aiogram.methods import TelegramMethod

from sandbox.botapi.callback_queries import answer_callback_query
from sandbox.botapi.editing import (
    delete_message,
    edit_message_caption,
    edit_message_reply_markup,
    edit_message_text,
)
from sandbox.botapi.files import get_file
from sandbox.botapi.profile import get_me, get_my_commands, set_my_commands
from sandbox.botapi.sending import send_chat_action, send_document, send_message, send_photo
from sandbox.botapi.updates import delete_webhook, get_updates, get_webhook_info, set_webhook


@dataclass(frozen=True)
class Endpoint:
    """A method: its parameters, and what the sandbox does. `waits`: the long poll; `sends`: a new message."""

    model: type[TelegramMethod[Any]]
    handle: Callable[..., Any]
    waits: bool = False
    sends: bool = False


_ALL = (
    Endpoint(methods.GetMe, get_me),
    Endpoint(methods.GetUpdates, get_updates, waits=True),
    Endpoint(methods.SetWebhook, set_webhook),
    Endpoint(methods.DeleteWebhook, delete_webhook),
    Endpoint(methods.GetWebhookInfo, get_webhook_info),
    Endpoint(methods.SetMyCommands, set_my_commands),
    Endpoint(methods.GetMyCommands, get_my_commands),
    Endpoint(methods.SendMessage, send_message, sends=True),
    Endpoint(methods.SendPhoto, send_photo, sends=True),
    Endpoint(methods.SendDocument, send_document, sends=True),
    Endpoint(methods.SendChatAction, send_chat_action),
    Endpoint(methods.EditMessageText, edit_message_text),
    Endpoint(methods.EditMessageCaption, edit_message_caption),
    Endpoint(methods.EditMessageReplyMarkup, edit_message_reply_markup),
    Endpoint(methods.DeleteMessage, delete_message),
    Endpoint(methods.AnswerCallbackQuery, answer_callback_query),
    Endpoint(methods.GetFile, get_file),
)

# Telegram accepts method names in any case.
ENDPOINTS: Mapping[str, Endpoint] = MappingProxyType({e.model.__api_method__.lower(): e for e in _ALL})
