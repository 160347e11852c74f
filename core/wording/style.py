"""How each channel writes what people typed."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from core.text import singular


@dataclass(frozen=True)
class Style:
    """How a channel writes what people typed: `name` for what it is about, `text` for the rest."""

    name: Callable[[str], str]
    text: Callable[[str], str]


PLAIN = Style(name=str, text=str)
# Telegram's HTML style, and HTML at large: https://core.telegram.org/bots/api#html-style
HTML = Style(
    name=lambda value: f"<b>{escape(value, quote=False)}</b>", text=lambda value: escape(value, quote=False)
)

# How many names of a long list are told.
NAMED = 10


def is_plural(name: str) -> bool:
    """Return whether an English name takes a plural verb: `Eggs`, but not `Milk`."""
    return singular(name) != name


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number with what it counts: `1 item`, `1,200 items`."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
