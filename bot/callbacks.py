"""What buttons carry: at most 64 bytes, https://core.telegram.org/bots/api#inlinekeyboardbutton."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated
from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from pydantic import BeforeValidator, PlainSerializer


def _shrink(value: UUID) -> str:
    return urlsafe_b64encode(value.bytes).rstrip(b"=").decode()


def _expand(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(bytes=urlsafe_b64decode(f"{value}=="))


ShortId = Annotated[UUID, BeforeValidator(_expand), PlainSerializer(_shrink, return_type=str)]
"""An id in 22 characters: two fit, so a button can name its own household instead of the chat's."""


class Keep(CallbackData, prefix="keep"):
    """Leave things as they are."""
