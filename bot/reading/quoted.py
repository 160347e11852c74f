"""The command that a question quotes: it holds what 64 bytes of a button cannot."""

from aiogram.types import CallbackQuery, Message

from bot.reading import free_text


def quoted_arguments(query: CallbackQuery, command: str = "") -> str | None:
    """Return what was typed after the quoted command, or None when the message is gone.

    With a `command`, also when the message is another.
    """
    asked = query.message.reply_to_message if isinstance(query.message, Message) else None
    if asked is None or not asked.text:
        return None
    typed = free_text.command(asked.text) or asked.text
    if not typed.lower().startswith(f"/{command}"):
        return None
    return [*typed.split(maxsplit=1), ""][1]
