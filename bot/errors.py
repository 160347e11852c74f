"""Errors of the domain as answers: their sentence is written for the person who gets it."""

from aiogram import Dispatcher
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import ErrorEvent

from bot.examples import Unclear
from bot.markup import plain, sentence
from bot.replies import Reply
from core.errors import DomainError, NotFound


def add_error_handlers(dispatcher: Dispatcher) -> None:
    """Make the dispatcher answer domain errors. Anything else is the worker's to count."""
    dispatcher.errors.register(_tell, ExceptionTypeFilter(DomainError))


async def _tell(event: ErrorEvent) -> Reply:
    text = sentence(str(event.exception))
    html = sentence(event.exception.html) if isinstance(event.exception, Unclear) else plain(text)
    if event.update.callback_query is None:
        return Reply(html)
    if isinstance(event.exception, NotFound):
        # What the message was about is gone, and its buttons with it.
        return Reply(html, toast=text)
    return Reply(toast=text, alert=True)
