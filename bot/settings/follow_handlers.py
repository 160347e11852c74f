"""/follow, /ignore and /mymin: hear more or less about some things."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.filters import Caller, HasAccount, Home, InHousehold
from bot.reading import amounts, arguments
from bot.reading.arguments import quoted_arguments
from bot.replies import Reply
from bot.settings import follow_commands, follow_view
from bot.settings.callbacks import SetOwnMinimum, Unwatch, WatchQuoted
from bot.stock import details_view, questions
from bot.stock.callbacks import SetCritical, Snooze, Verb, WatchItem
from bot.stock.item_commands import Request, look_up
from core.models import WatchLevel
from core.values.items import ItemState

_EXAMPLES = {WatchLevel.FOLLOW: "/follow pantry", WatchLevel.MUTE: "/ignore freezer"}


def create_router() -> Router:
    router = Router(name=__name__)
    linked, at_home = HasAccount(), InHousehold()
    router.message.register(_follow, Command("follow", ignore_case=True), at_home)
    router.message.register(_ignore, Command("ignore", ignore_case=True), at_home)
    router.message.register(_minimum, Command("mymin", ignore_case=True), at_home)
    press = router.callback_query
    press.register(_quoted, WatchQuoted.filter(), at_home)
    press.register(_remove, Unwatch.filter(), linked)
    press.register(_item, WatchItem.filter(), linked)
    press.register(_critical, SetCritical.filter(), linked)
    press.register(_own_minimum, SetOwnMinimum.filter(), linked)
    press.register(_snooze, Snooze.filter(), linked)
    return router


async def _follow(_message: Message, command: CommandObject, home: Home) -> Reply:
    return await _watch(command.args, WatchLevel.FOLLOW, home)


async def _ignore(_message: Message, command: CommandObject, home: Home) -> Reply:
    return await _watch(command.args, WatchLevel.MUTE, home)


async def _watch(typed: str | None, level: WatchLevel, home: Home) -> Reply:
    words = arguments.words(typed, _EXAMPLES[level])
    found, until = await home.read(follow_commands.lasting, words)
    if len(found.exact) == 1:
        thing = found.exact[0]
        return follow_view.told(await home.write(follow_commands.put, thing, level, until))
    if not (found.exact or found.near):
        return questions.nothing(words, home.household)
    return follow_view.which(found, level)


async def _quoted(query: CallbackQuery, callback_data: WatchQuoted, home: Home) -> Reply:
    typed, again = quoted_arguments(query), _EXAMPLES[callback_data.level]
    if typed is None:
        return questions.gone(again)
    words = arguments.words(typed, again)
    return follow_view.told(await home.write(follow_commands.put_quoted, callback_data, words))


async def _minimum(_message: Message, command: CommandObject, home: Home) -> Reply:
    amount = await amounts.read(home, command.args, "/mymin 2 milk", zero=True)
    found, request = await home.read(look_up, Request.of(Verb.MINIMUM, amount))

    def offer(item: ItemState) -> SetOwnMinimum:
        return SetOwnMinimum(value=request.value_for(item), item=item.id)

    if len(found.exact) != 1:
        return questions.which(found, request, home.household, make=offer)
    return await _set_minimum(home.me, offer(found.exact[0]))


async def _own_minimum(_query: CallbackQuery, callback_data: SetOwnMinimum, me: Caller) -> Reply:
    return await _set_minimum(me, callback_data)


async def _set_minimum(me: Caller, chosen: SetOwnMinimum) -> Reply:
    values = {"min_quantity": chosen.value or None}
    return details_view.details(await me.write(follow_commands.watch_item, chosen.item, values))


async def _remove(_query: CallbackQuery, callback_data: Unwatch, me: Caller) -> Reply:
    household_id, watch_id = callback_data.household, callback_data.watch
    return follow_view.mine(*await me.write(follow_commands.remove, household_id, watch_id))


async def _item(_query: CallbackQuery, callback_data: WatchItem, me: Caller) -> Reply:
    values = {"level": callback_data.level, "until": None}
    return details_view.details(await me.write(follow_commands.watch_item, callback_data.item, values))


async def _critical(_query: CallbackQuery, callback_data: SetCritical, me: Caller) -> Reply:
    looked, done = await me.write(follow_commands.set_critical, callback_data)
    toast = None if done else "It has just changed. Check it and press again."
    return details_view.details(looked, toast=toast)


async def _snooze(_query: CallbackQuery, callback_data: Snooze, me: Caller) -> Reply:
    looked = await me.write(follow_commands.snooze, callback_data.item, callback_data.days)
    return details_view.snoozed(looked) if callback_data.days else details_view.details(looked)
