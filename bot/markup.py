"""Text in Telegram's HTML style. Everything that people typed passes through here."""

from html import escape

# https://core.telegram.org/bots/api#html-style


def plain(text: str) -> str:
    """Return text that is shown literally."""
    return escape(text, quote=False)


def bold(text: str) -> str:
    return f"<b>{plain(text)}</b>"


def shorten(text: str, longest: int) -> str:
    """Return at most `longest` characters, the last of them an ellipsis if something was left out."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def units(text: str) -> int:
    """Return the length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def sentence(text: str) -> str:
    """Return a sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def example(typed: str) -> str:
    """Return a whole command as it is shown: a tap copies it, while a tap on a bare command would send it."""
    return f"<code>{plain(typed)}</code>"


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number with what it counts: 1 item, 2 items."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"
