"""/buy and /list: the shopping lists."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.errors import Unclear
from bot.filters import Caller, HasAccount, Home, InHousehold
from bot.keyboards import button, confirmation, keyboard
from bot.markup import bold, counted, example, plain
from bot.reading import amounts, arguments
from bot.replies import Reply
from bot.shopping import list_commands, list_view
from bot.shopping.callbacks import ClearBought, DropList, ShowList, TakeOff, Tick
from bot.stock.callbacks import Buy
from core.errors import NotAllowed
from core.guards import access

EXAMPLE = "/buy 2 l milk"


def create_router() -> Router:
    router = Router(name=__name__)
    linked = HasAccount()
    router.message.register(_buy, Command("buy", ignore_case=True), InHousehold())
    router.message.register(_list, Command("list", ignore_case=True), InHousehold())
    router.callback_query.register(_buy_item, Buy.filter(), linked)
    router.callback_query.register(_show, ShowList.filter(), linked)
    router.callback_query.register(_tick, Tick.filter(), linked)
    router.callback_query.register(_take_off, TakeOff.filter(), linked)
    router.callback_query.register(_clear, ClearBought.filter(), linked)
    router.callback_query.register(_drop, DropList.filter(), linked)
    return router


async def _buy(_message: Message, command: CommandObject, home: Home) -> Reply:
    if not home.household.may_change:
        raise NotAllowed(access.LOOK_ONLY)
    title, typed = await _title(command.args, home)
    # Nobody can type 0, so it stands for no amount at all.
    amount = await amounts.read(home, typed, EXAMPLE, default=0)
    outcome = await home.write(list_commands.buy, title, amount)
    show = button("Show the list", ShowList(edit=False, number=1, list_id=outcome.on.id))
    text = plain(list_view.bought(outcome))
    if outcome.several and title is None:
        named = example(f"/buy {outcome.on.name}: 2 l milk")
        text = f"{text}\nFor another list, put its name first: {named}"
    return Reply(text, keyboard([show]))


async def _title(typed: str | None, home: Home) -> tuple[str | None, str]:
    """Return the name of a list before a colon, if there is one, and the rest."""
    before, colon, after = (typed or "").partition(":")
    title = " ".join(before.split())
    if not colon:
        return None, before
    known: bool = await home.read(list_commands.has_list, title)
    return (title, after) if known else (None, typed or "")


async def _list(_message: Message, command: CommandObject, home: Home) -> Reply:
    first, rest = arguments.subcommand(command.args)
    if first == "new":
        if not rest:
            raise Unclear("Say what the new list is called, for example:", "/list new Party")
        return list_view.page(await home.write(list_commands.make_list, rest))
    title = " ".join((command.args or "").split())
    shown = await home.read(list_commands.show_named, title or None)
    if shown is None:
        return Reply(list_view.EMPTY if home.household.may_change else list_view.NOTHING)
    return list_view.page(shown)


async def _buy_item(_query: CallbackQuery, callback_data: Buy, me: Caller) -> Reply:
    outcome = await me.write(list_commands.buy_item, callback_data.item)
    return Reply(toast=list_view.bought(outcome))


async def _show(_query: CallbackQuery, callback_data: ShowList, me: Caller) -> Reply:
    shown = await me.read(list_commands.open_list, callback_data.list_id)
    return list_view.page(shown, callback_data.number, edit=callback_data.edit)


async def _tick(_query: CallbackQuery, callback_data: Tick, me: Caller) -> Reply:
    outcome, shown = await me.write(
        list_commands.tick, callback_data.list_id, callback_data.entry, bought=callback_data.bought
    )
    return list_view.page(shown, callback_data.number, toast=list_view.ticked(outcome))


async def _take_off(_query: CallbackQuery, callback_data: TakeOff, me: Caller) -> Reply:
    gone, shown = await me.write(list_commands.take_off, callback_data.list_id, callback_data.entry)
    toast = f"{gone.name} is off the list." if gone else list_view.GONE
    return list_view.page(shown, callback_data.number, edit=True, toast=toast)


async def _clear(_query: CallbackQuery, callback_data: ClearBought, me: Caller) -> Reply:
    number, shown = await me.write(list_commands.clear, callback_data.list_id)
    return list_view.page(shown, toast=f"{number} {'is' if number == 1 else 'are'} off the list.")


async def _drop(_query: CallbackQuery, callback_data: DropList, me: Caller) -> Reply:
    list_id = callback_data.list_id
    if callback_data.sure:
        gone = await me.write(list_commands.drop, list_id)
        return Reply(f"The list {bold(gone.name)} is gone.")
    on = (await me.read(list_commands.open_list, list_id)).on
    number = counted(on.item_count, "entry", "entries")
    return Reply(
        f"Delete the list {bold(on.name)} with its {number}?",
        confirmation(
            "Yes, delete it",
            DropList(sure=True, list_id=list_id),
            ShowList(edit=False, number=1, list_id=list_id),
        ),
    )
