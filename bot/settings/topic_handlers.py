"""The buttons of /settings about kinds of news, in general and for one household."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.filters import Caller, HasAccount
from bot.replies import Reply
from bot.settings import commands, topic_view, volume_warning
from bot.settings.callbacks import SetApart, SetRoute, SetTopic


def create_router() -> Router:
    router = Router(name=__name__)
    linked, press = HasAccount(), router.callback_query
    press.register(_set_topic, SetTopic.filter(), linked)
    press.register(_set_route, SetRoute.filter(), linked)
    press.register(_set_apart, SetApart.filter(), linked)
    return router


async def _set_topic(_query: CallbackQuery, callback_data: SetTopic, me: Caller) -> Reply:
    household_id, topic = callback_data.household, callback_data.topic
    question = await volume_warning.question(me, callback_data)
    return question or topic_view.one_topic(
        await me.write(commands.set_topic, household_id, topic, on=callback_data.on), topic
    )


async def _set_route(_query: CallbackQuery, callback_data: SetRoute, me: Caller) -> Reply:
    household_id, topic = callback_data.household, callback_data.topic
    channel, when = callback_data.channel, callback_data.when
    question = await volume_warning.question(me, callback_data)
    return question or topic_view.one_topic(
        await me.write(commands.set_route, household_id, topic, channel, when), topic
    )


async def _set_apart(_query: CallbackQuery, callback_data: SetApart, me: Caller) -> Reply:
    household_id, on = callback_data.household, callback_data.on
    question = await volume_warning.question(me, callback_data)
    return question or topic_view.all_topics(await me.write(commands.set_apart, household_id, on=on))
