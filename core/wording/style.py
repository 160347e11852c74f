"""How each channel writes what people typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from core.text import singular


@dataclass(frozen=True)
class Style:
    """How a channel writes what people typed: `name` for what a sentence is about, `text` for the rest."""

    name: Callable[[str], str]
    text: Callable[[str], str]


PLAIN = Style(name=str, text=str)
# For Telegram (https://core.telegram.org/bots/api#html-style) and for mail.
HTML = Style(
    name=lambda value: f"<b>{escape(value, quote=False)}</b>", text=lambda value: escape(value, quote=False)
)

# How many names of a long list are shown.
NAMED = 10


def is_plural(name: str) -> bool:
    """Return whether an English name takes a plural verb: `Eggs`, but not `Milk`."""
    return singular(name) != name


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number with what it counts: `1 item`, `1,200 items`."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def listed(names: Sequence[str], total: int) -> str:
    """Return the first names of `total`, and how many more there are: `Milk, Eggs and 3 more`."""
    shown = names[:NAMED]
    more = f" and {total - len(shown):,} more" if total > len(shown) else ""
    return ", ".join(shown) + more
