"""How alerts look in a chat: a line each, the worst first, ten on a page."""

import re
from collections.abc import Sequence
from html import unescape
from uuid import UUID

from aiogram.types import InlineKeyboardButton

from bot.alerts.callbacks import More
from bot.alerts.digest_buttons import attend_rows
from bot.households.invitation_view import MOST_ROWS, asking_row
from bot.keyboards import Leaf
from bot.markup import plain, shorten, units
from bot.stock.item_buttons import item_row
from core import events
from core.events.severity import BAD
from core.wording import charts, scheduled, sentences
from core.wording.channels import Composed, Line, Recap

# Telegram takes 4096 UTF-16 units after its entities are parsed; the rest is margin.
# https://core.telegram.org/bots/api#sendmessage
LONGEST = 4000
PER_PAGE = 10
# Taken off each line's share of a page, for what stands around it.
MARGIN = 20
MAYBE_AGAIN = "(You may have got this already.)"
# What may stand below a picture, counted in the same way: https://core.telegram.org/bots/api#sendphoto.
# A caption leaves room for MAYBE_AGAIN and a line break.
MOST_BELOW_PICTURE = 1024
LONGEST_BELOW_PICTURE = MOST_BELOW_PICTURE - len(MAYBE_AGAIN) - 1
PER_PICTURE = 4
_HAVE_BUTTONS = (events.LevelEvent, events.ItemAdded, events.ItemUpdated, events.StockMoved)
# So many lines of each list are tried, one after the other, until the message fits.
_FEWER = (10, 7, 5, 3, 2, 1, 0)
_TAG = re.compile(r"<[^>]*>")


def page(
    message_id: UUID, lines: Sequence[Line], number: int, most: int = PER_PAGE, recap: Recap | None = None
) -> Composed:
    """Return a page of a message, counted from 1, with buttons to the others.

    Requests to join get their buttons. A digest comes first and in full; so does anything else that was sent
    at a time its person chose, if it is alone.
    """
    lines = sorted(lines, key=lambda line: not isinstance(line.event, events.DigestGathered))
    picture = charts.of(lines[0].event)
    longest, per_page = (LONGEST_BELOW_PICTURE, PER_PICTURE) if picture else (LONGEST, PER_PAGE)
    leaf = Leaf(lines, number, min(per_page, most))
    shown = leaf.rows
    whole = shown[0].event if leaf.number == 1 and _is_told_whole(lines) else None
    text = [_html(line, longest // per_page - MARGIN) for line in (shown[1:] if whole else shown)]
    if text and whole:
        text.insert(0, "<b>Also</b>")
    elif recap is not None:
        text.insert(0, f"<b>{sentences.recapped(recap)}</b>")
    elif text and len(lines) > 1:
        text.insert(0, f"<b>{sentences.heading(lines)}</b>")
    left = len(lines) - leaf.first - len(shown)
    if left:
        text.append(f"… and {left:,} more.")
    if isinstance(whole, events.ScheduledEvent):
        room = longest - units(without_markup("\n\n".join(["", *text])))
        text.insert(0, scheduled_text(whole, room))
    return Composed("\n\n".join(text), _buttons(message_id, lines, leaf, left), picture=picture)


def scheduled_text(event: events.ScheduledEvent, longest: int) -> str:
    """Return what is sent at a time that its person chose, in HTML of at most `longest` UTF-16 units."""
    text = ""
    for most in _FEWER:
        text = _joined(event, sentences.PLAIN, most)
        if units(text) <= longest:
            return _joined(event, sentences.HTML, most)
    # Only names of hundreds of characters come here. A character is at most two units.
    return plain(shorten(text, longest // 2))


def _joined(event: events.ScheduledEvent, style: sentences.Style, most: int) -> str:
    return "\n\n".join(scheduled.paragraphs(event, style, most))


def _is_told_whole(lines: Sequence[Line]) -> bool:
    event = lines[0].event
    return isinstance(event, events.DigestGathered) or (
        len(lines) == 1 and isinstance(event, events.ScheduledEvent)
    )


def without_markup(text: str) -> str:
    """Return the text of a message as it reads without its tags."""
    return unescape(_TAG.sub("", text))


def _buttons(
    message_id: UUID, lines: Sequence[Line], leaf: Leaf[Line], left: int
) -> list[list[tuple[str, str]]]:
    if len(lines) == 1 and isinstance(lines[0].event, _HAVE_BUTTONS):
        return [_packed(item_row(lines[0].latest or lines[0].event.item))]
    asking = [line.event for line in lines if isinstance(line.event, events.JoinAsked)]
    rows = [asking_row(event.link_id, event.user_name) for event in asking[:MOST_ROWS]]
    rows += attend_rows(message_id, [line.event for line in leaf.rows])
    turns = leaf.turns(lambda to: More(message=message_id, number=to), f"{left:,} more ›")
    return [_packed(row) for row in (*rows, turns) if row]


def _packed(row: Sequence[InlineKeyboardButton]) -> list[tuple[str, str]]:
    return [(one.text, one.callback_data or "") for one in row]


def _html(line: Line, longest: int) -> str:
    sign = "⚠️ " if line.severity in BAD else ""
    begin = f"{sign}{line.household}: " if line.household else sign
    text = begin + sentences.told(line)
    if units(text) <= longest:
        return plain(begin) + sentences.told(line, sentences.HTML)
    # Only names of hundreds of characters make a line that long. An emoji is two of Telegram's units, so half
    # as many characters are sure to fit.
    return plain(shorten(text, longest if units(text[:longest]) <= longest else longest // 2))
