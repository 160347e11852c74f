"""/follow, /ignore and /mymin: look at something more, or less, closely than at the rest."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.filters import HasAccount, InHousehold
from bot.markup import example
from bot.reading import amounts, arguments
from bot.reading.arguments import quoted_arguments
from bot.replies import Reply
from bot.settings import follow_commands, follow_view
from bot.settings.callbacks import SetOwnMinimum, Unwatch, WatchQuoted
from bot.stock import details_view, questions
from bot.stock.callbacks import SetCritical, Snooze, Verb, WatchItem
from bot.stock.item_commands import Request, look_up
from core.actors import Actor
from core.db import Transactions
from core.delivery.chats import ActiveHousehold
from core.models import WatchLevel

GONE = "I no longer see what you asked for. Please send it again, for example:"
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


async def _follow(
    _message: Message, command: CommandObject, tx: Transactions, who: Actor, household: ActiveHousehold
) -> Reply:
    return await _watch(command.args, WatchLevel.FOLLOW, tx, who, household)


async def _ignore(
    _message: Message, command: CommandObject, tx: Transactions, who: Actor, household: ActiveHousehold
) -> Reply:
    return await _watch(command.args, WatchLevel.MUTE, tx, who, household)


async def _watch(
    typed: str | None, level: WatchLevel, tx: Transactions, who: Actor, household: ActiveHousehold
) -> Reply:
    words = arguments.words(typed, _EXAMPLES[level])
    found, until = await tx.read(follow_commands.lasting, who, household.id, words)
    if len(found.exact) == 1:
        thing = found.exact[0]
        return follow_view.told(await tx.write(follow_commands.put, who, household.id, thing, level, until))
    if not (found.exact or found.near):
        return questions.nothing(words, household)
    return follow_view.which(found, level)


async def _quoted(
    query: CallbackQuery,
    callback_data: WatchQuoted,
    tx: Transactions,
    who: Actor,
    household: ActiveHousehold,
) -> Reply:
    typed = quoted_arguments(query)
    if typed is None:
        again = _EXAMPLES[callback_data.level]
        return Reply(f"{GONE} {example(again)}", toast=f"{GONE} {again}")
    words = arguments.words(typed, _EXAMPLES[callback_data.level])
    return follow_view.told(
        await tx.write(follow_commands.put_quoted, who, household.id, callback_data, words)
    )


async def _minimum(
    _message: Message, command: CommandObject, tx: Transactions, who: Actor, household: ActiveHousehold
) -> Reply:
    amount = await amounts.read(tx, who, household, command.args, "/mymin 2 milk", zero=True)
    found, request = await tx.read(look_up, who, household.id, Request.of(Verb.MINIMUM, amount))
    if len(found.exact) != 1:
        return questions.which(
            found,
            request,
            household,
            make=lambda item: SetOwnMinimum(value=request.value_for(item), item=item.id),
        )
    item = found.exact[0]
    return details_view.details(
        await tx.write(follow_commands.put_minimum, who, item.id, request.value_for(item))
    )


async def _own_minimum(
    _query: CallbackQuery, callback_data: SetOwnMinimum, tx: Transactions, who: Actor
) -> Reply:
    item_id, value = callback_data.item, callback_data.value
    return details_view.details(await tx.write(follow_commands.put_minimum, who, item_id, value))


async def _remove(_query: CallbackQuery, callback_data: Unwatch, tx: Transactions, who: Actor) -> Reply:
    household_id, watch_id = callback_data.household, callback_data.watch
    return follow_view.mine(*await tx.write(follow_commands.remove, who, household_id, watch_id))


async def _item(_query: CallbackQuery, callback_data: WatchItem, tx: Transactions, who: Actor) -> Reply:
    return details_view.details(
        await tx.write(follow_commands.put_item, who, callback_data.item, callback_data.level)
    )


async def _critical(_query: CallbackQuery, callback_data: SetCritical, tx: Transactions, who: Actor) -> Reply:
    looked, done = await tx.write(follow_commands.set_critical, who, callback_data)
    toast = None if done else "It changed a moment ago. This is how it is now; press again."
    return details_view.details(looked, toast=toast)


async def _snooze(_query: CallbackQuery, callback_data: Snooze, tx: Transactions, who: Actor) -> Reply:
    looked = await tx.write(follow_commands.snooze, who, callback_data.item, callback_data.days)
    return details_view.snoozed(looked) if callback_data.days else details_view.details(looked)
