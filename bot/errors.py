"""Errors of the domain as answers: their sentence is written for the person who gets it."""

from collections.abc import Sequence

from aiogram import Dispatcher
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import ErrorEvent

from bot.markup import example, plain, sentence
from bot.replies import Reply
from core.errors import DomainError, Invalid, NotFound


class Unclear(Invalid):
    """What was typed cannot be understood; `html` is the sentence, with commands that can be copied."""

    def __init__(self, sentence: str, *examples: str) -> None:
        super().__init__(f"{sentence} {_either(examples)}")
        self.html = f"{plain(sentence)} {_either([example(one) for one in examples])}"


def _either(examples: Sequence[str]) -> str:
    *first, last = examples
    return f"{', '.join(first)} or {last}." if first else last


def add_error_handlers(dispatcher: Dispatcher) -> None:
    """Make the dispatcher answer domain errors. The worker counts all others."""
    dispatcher.errors.register(_tell, ExceptionTypeFilter(DomainError))


async def _tell(event: ErrorEvent) -> Reply:
    text = sentence(str(event.exception))
    html = sentence(event.exception.html) if isinstance(event.exception, Unclear) else plain(text)
    if event.update.callback_query is None:
        return Reply(html)
    if isinstance(event.exception, NotFound):
        # What the message was about is gone, so its buttons go, too.
        return Reply(html, toast=text)
    return Reply(toast=text, alert=True)
