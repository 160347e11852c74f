"""/stock, /low, /expiring and /find."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.errors import Unclear
from bot.filters import Home, InHousehold
from bot.markup import bold, counted, example, plain, shorten
from bot.reading import arguments
from bot.reading.arguments import quoted_arguments
from bot.replies import Reply
from bot.stock import item_filter, listing_view, questions
from bot.stock.callbacks import Listing, Turn, TurnPart
from bot.stock.card_view import card
from core.inventory import catalog, matching
from core.settings import preferences

MOST_DAYS = 3650
MOST_PLACES = 20


def create_router() -> Router:
    router = Router(name=__name__)
    linked = InHousehold()
    router.message.register(_stock, Command("stock", ignore_case=True), linked)
    router.message.register(_low, Command("low", ignore_case=True), linked)
    router.message.register(_expiring, Command("expiring", ignore_case=True), linked)
    router.message.register(_find, Command("find", ignore_case=True), linked)
    router.callback_query.register(_turn, Turn.filter(), linked)
    router.callback_query.register(_turn_part, TurnPart.filter(), linked)
    return router


async def _stock(_message: Message, command: CommandObject, home: Home) -> Reply:
    if command.args is not None:
        return await _part(home, command.args, 1)
    return await _show(home, Turn(listing=Listing.STOCK, days=0, number=1))


async def _turn_part(query: CallbackQuery, callback_data: TurnPart, home: Home) -> Reply:
    typed = quoted_arguments(query)
    if typed is None:
        return Reply(toast="I can no longer see your command. Please send it again.", alert=True)
    return await _part(home, typed, callback_data.number)


async def _part(home: Home, typed: str, number: int) -> Reply:
    words = arguments.words(typed, "/stock pantry")
    found = await home.read(item_filter.find, words)
    if found.items:
        return listing_view.page(found.items, f"{home.household.name}: {found.name}", TurnPart(number=number))
    if not found.places:
        return await _show(home, Turn(listing=Listing.STOCK, days=0, number=1))
    where = f"You have things here: {', '.join(found.places[:MOST_PLACES])}."
    if found.name is not None:
        return Reply(plain(f"There is nothing in “{found.name}”. {where}"))
    words = shorten(words, questions.LONGEST_ECHO)
    return Reply(plain(f"There is no place, category or item “{words}” in {home.household.name}. {where}"))


async def _low(_message: Message, home: Home) -> Reply:
    return await _show(home, Turn(listing=Listing.LOW, days=0, number=1))


async def _expiring(_message: Message, command: CommandObject, home: Home) -> Reply:
    if command.args is None:
        ahead = (await home.me.read(preferences.get)).expiration_warning_days
    else:
        ahead = _days(command.args)
    return await _show(home, Turn(listing=Listing.EXPIRING, days=ahead, number=1))


async def _turn(_query: CallbackQuery, callback_data: Turn, home: Home) -> Reply:
    return await _show(home, callback_data)


async def _find(_message: Message, command: CommandObject, home: Home) -> Reply:
    return await find(home, arguments.words(command.args, "/find milk"))


async def find(home: Home, words: str) -> Reply:
    """Return what the words find: the card of a single item, a list of several, or a hint."""
    items = await home.read(matching.search, words)
    if not items:
        return questions.nothing(words, home.household)
    if len(items) == 1:
        return card(items[0], may_change=home.household.may_change)
    return listing_view.found(items, f"Found in {home.household.name}")


def _days(text: str) -> int:
    number = text.removesuffix("days").removesuffix("d").strip()
    if not (number.isascii() and number.isdigit() and int(number[:6]) <= MOST_DAYS and len(number) <= 4):
        raise Unclear("Say how many days to look ahead, for example:", "/expiring 14")
    return int(number)


async def _show(home: Home, turn: Turn) -> Reply:
    name = home.household.name
    match turn.listing:
        case Listing.STOCK:
            items = await home.read(catalog.everything)
            empty = f"There is nothing in {bold(name)} yet. Add something: {example('/add 2 l milk')}"
            return listing_view.page(items, name, turn) if items else Reply(empty)
        case Listing.LOW:
            items = await home.read(catalog.low)
            minimum = example("/min 2 milk")
            enough = f"Nothing is low in {plain(name)}. Set a minimum with {minimum} to be warned."
            return listing_view.page(items, "Running low", turn) if items else Reply(enough)
        case Listing.EXPIRING:
            items = await home.read(catalog.expiring, turn.days)
            ahead = "today" if turn.days == 0 else f"within {counted(turn.days, 'day')}"
            fresh = f"Nothing in {plain(name)} expires {ahead}."
            return listing_view.page(items, f"Expires {ahead}", turn) if items else Reply(fresh)
