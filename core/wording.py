"""Events in words: one sentence for each, the same in the inbox, in the chat and in a mail."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from core import events
from core.items import ItemState
from core.models import MovementKind
from core.quantities import display


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

_VERBS = {
    MovementKind.CONSUMED: "used",
    MovementKind.WASTED: "threw away",
    MovementKind.RESTOCKED: "added",
}


def title(event: events.Event) -> str:
    """Return a few words that say what kind of news it is."""
    return _TITLES.get(type(event), "News")


_TITLES: dict[type[events.Event], str] = {
    events.StockRanLow: "Running low",
    events.StockRanOut: "Out of stock",
    events.StockRecovered: "Enough again",
    events.ItemAdded: "New item",
    events.ItemUpdated: "Item changed",
    events.StockMoved: "Stock changed",
    events.ItemRemoved: "Item removed",
    events.MemberJoined: "New member",
    events.MemberLeft: "Member left",
    events.ChatLinked: "Telegram linked",
    events.ChatUnlinked: "Telegram unlinked",
    events.ChatSuspended: "Telegram cannot reach you",
}


def item_names(event: events.Event) -> list[str]:
    """Return the names of the items that an event is about."""
    return [event.item.name] if isinstance(event, events.ItemEvent) else []


def sentence(event: events.Event, style: Style = PLAIN) -> str:
    """Return the event as one sentence that a person understands without seeing the rest."""
    match event:
        case events.StockMoved():
            return _stock_moved(event, style)
        case events.ItemEvent():
            return _item_event(event, style)
        case events.MembershipEvent():
            verb = "joined" if isinstance(event, events.MemberJoined) else "left"
            return f"{style.name(event.user_name)} {verb} {style.text(event.household_name)}."
        case events.ChatEvent():
            return _chat_event(event, style)
        case events.Unreadable():
            return "Something happened that this version of Stockbell cannot put in words."
    raise ValueError(f"{type(event).__name__} is told to nobody")


def _item_event(event: events.ItemEvent, style: Style) -> str:
    item, who = style.name(event.item.name), style.text(event.user_name)
    left = style.text(display(event.item.quantity, event.item.unit))
    match event:
        case events.LevelEvent():
            act = _act(event.kind, event.delta, event.item, style)
            return f"{_level(event, item, left, style)} {who} {act}."
        case events.ItemAdded():
            return f"{who} added {item}: {left} in {style.text(event.item.location)}."
        case events.ItemRemoved():
            return f"{who} removed {item} from the list."
    return f"{who} changed {item}."


def _level(event: events.LevelEvent, item: str, left: str, style: Style) -> str:
    match event:
        case events.StockRanLow():
            minimum = style.text(display(event.item.min_quantity or 0, event.item.unit))
            return f"{item} is running low: {left} left, the minimum is {minimum}."
        case events.StockRanOut():
            return f"{item} is out of stock."
    return f"There is enough {item} again: {left}."


def _act(kind: MovementKind, delta: int, item: ItemState, style: Style) -> str:
    if kind is MovementKind.ADJUSTED:
        return f"corrected it by {display(delta)}"
    if kind is MovementKind.UPDATED:
        return "changed its minimum"
    return f"{_VERBS[kind]} {style.text(display(abs(delta), item.unit))}"


def _stock_moved(event: events.StockMoved, style: Style) -> str:
    item, who = style.name(event.item.name), style.text(event.user_name)
    left = style.text(display(event.item.quantity, event.item.unit))
    if event.kind is MovementKind.MOVED:
        return f"{who} moved {item} to {style.text(event.item.location)}."
    if event.kind is MovementKind.ADJUSTED:
        return f"{who} set {item} to {left}."
    return f"{who} {_act(event.kind, event.delta, event.item, style)} of {item}; {left} left."


def _chat_event(event: events.ChatEvent, style: Style) -> str:
    chat = style.name(event.chat_name)
    match event:
        case events.ChatLinked():
            return (
                f"The Telegram chat of {chat} is linked to your account. If that was not you, unlink it now."
            )
        case events.ChatSuspended():
            return (
                f"Telegram no longer delivers to the chat of {chat}. "
                "Open the chat with the bot and send /start to hear from it again."
            )
    return f"The Telegram chat of {chat} is no longer linked to your account."
