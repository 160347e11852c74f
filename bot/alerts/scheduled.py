"""What was sent at a time that its person picked, as a whole message that fits."""

from html import escape

from bot.markup import shorten, units
from core import events
from core.wording import scheduled, sentences

# So many lines of each list are tried, one after the other, until the message fits.
_FEWER = (10, 7, 5, 3, 2, 1, 0)


def text(event: events.ScheduledEvent, longest: int) -> str:
    """Return the message in Telegram's HTML, of at most so many of its units."""
    plain = ""
    for most in _FEWER:
        plain = _joined(event, sentences.PLAIN, most)
        if units(plain) <= longest:
            return _joined(event, sentences.HTML, most)
    # Only names of hundreds of characters come here. A character is at most two units.
    return escape(shorten(plain, longest // 2), quote=False)


def _joined(event: events.ScheduledEvent, style: sentences.Style, most: int) -> str:
    return "\n\n".join(scheduled.paragraphs(event, style, most))
