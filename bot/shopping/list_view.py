"""How a shopping list looks: a button for each entry, and below them what can be done to the list."""

from aiogram.types import InlineKeyboardButton

from bot.keyboards import Leaf, button, grid, keyboard
from bot.markup import bold, example, plain, shorten
from bot.replies import Reply
from bot.shopping.callbacks import ClearBought, DropList, ShowList, TakeOff, Tick
from bot.shopping.list_commands import Bought, Put, Shown, Ticked
from core.quantities import display
from core.values.shopping import EntryState

PER_PAGE = 10
LISTS_PER_ROW = 3
# Telegram takes 100 buttons: https://core.telegram.org/bots/api#inlinekeyboardmarkup
MOST_LISTS = 12
LONGEST_NAME = 36
GONE = "Somebody has already taken that off the list."
NOTHING = "There is nothing on the shopping list yet."
EMPTY = f"{NOTHING} Put something on it: {example('/buy 2 l milk')}"


def page(shown: Shown, number: int = 1, *, edit: bool = False, toast: str | None = None) -> Reply:
    """Return a page of a list; with `edit` a tap takes an entry off instead of ticking it."""
    on, leaf = shown.on, Leaf(shown.entries, number, PER_PAGE)
    bought = sum(entry.completed for entry in shown.entries)
    lines = [bold(leaf.title(on.name)), _summary(shown, bought, edit=edit)]
    turns = leaf.turns(lambda to: ShowList(edit=edit, number=to, list_id=on.id))
    if not shown.may_change:
        lines += ["", *(plain(_marked(entry)) for entry in leaf.rows)]
        return Reply("\n".join(lines), keyboard(turns, *_others(shown)), toast=toast)
    rows = [[_tap(entry, leaf.number, edit=edit)] for entry in leaf.rows]
    other_view = ShowList(edit=not edit, number=leaf.number, list_id=on.id)
    if edit:
        below = [
            [button("Delete this list", DropList(sure=False, list_id=on.id)), button("Done", other_view)]
        ]
    else:
        clear = [button("Clear bought", ClearBought(list_id=on.id))] if bought else []
        below = [[*clear, button("Edit", other_view)], *_others(shown)]
    return Reply("\n".join(lines), keyboard(*rows, turns, *below), toast=toast)


def _summary(shown: Shown, bought: int, *, edit: bool) -> str:
    if not shown.may_change:
        return f"{bought} of {len(shown.entries)} bought." if shown.entries else "It is empty."
    if not shown.entries:
        named = f"{shown.on.name}: " if shown.others else ""
        return f"It is empty. Put something on it: {example(f'/buy {named}2 l milk')}"
    if edit:
        return "Tap what should come off the list."
    return f"{bought} of {len(shown.entries)} bought. Tap what you have bought."


def _tap(entry: EntryState, number: int, *, edit: bool) -> InlineKeyboardButton:
    if edit:
        return button(f"✖ {wanted(entry)}", TakeOff(number=number, list_id=entry.list_id, entry=entry.id))
    tick = Tick(bought=not entry.completed, number=number, list_id=entry.list_id, entry=entry.id)
    return button(_marked(entry), tick)


def _marked(entry: EntryState) -> str:
    return f"{'✅' if entry.completed else '⬜'} {wanted(entry)}"


def _others(shown: Shown) -> list[list[InlineKeyboardButton]]:
    buttons = [
        button(f"› {shorten(one.name, 20)}", ShowList(edit=False, number=1, list_id=one.id))
        for one in shown.others[:MOST_LISTS]
    ]
    return grid(buttons, LISTS_PER_ROW)


def wanted(entry: EntryState) -> str:
    """Return an entry in short: milk · 2 l."""
    name = shorten(entry.name, LONGEST_NAME)
    return f"{name} · {display(entry.quantity, entry.unit or '')}" if entry.quantity is not None else name


def _add(entry: EntryState) -> str:
    amount = f"{display(entry.quantity, entry.unit or '')} " if entry.quantity is not None else ""
    return f"/add {amount}{shorten(entry.name, LONGEST_NAME)}"


def bought(outcome: Bought) -> str:
    """Return in a sentence what is on a list now."""
    what, where = wanted(outcome.entry), f"“{outcome.on.name}”"
    match outcome.put:
        case Put.ADDED:
            return f"On the list {where}: {what}."
        case Put.CHANGED:
            return f"Updated on the list {where}: {what}."
    return f"Already on the list {where}: {what}."


def ticked(outcome: Ticked | None) -> str:
    """Return the result of tapping an entry, in a few words; None: it was taken off meanwhile."""
    if outcome is None:
        return GONE
    entry, item = outcome.entry, outcome.item
    if not (outcome.changed or entry.completed):
        return "Not bought yet."
    if not outcome.changed:
        return f"{entry.completed_by or 'Somebody'} bought it already."
    if not entry.completed:
        return "Not bought yet. The stock stays as it is; /undo takes back what you added."
    if item is None:
        return f"Bought. Your stock has no such item yet; to add it: {_add(entry)}"
    if outcome.restocked:
        return f"Bought. {item.name}: {display(item.quantity, item.unit)} now."
    if entry.quantity is None:
        return "Bought. The list does not say how much, so the stock is unchanged: use /add."
    return f"Bought. The stock is unchanged, because {item.name} is counted in {item.unit}."
