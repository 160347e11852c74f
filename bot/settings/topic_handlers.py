"""What is changed on the pages of /settings about topics, in general and of one household apart."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.filters import HasAccount
from bot.replies import Reply
from bot.settings import commands, topic_view, volume_warning
from bot.settings.callbacks import SetApart, SetRoute, SetTopic, ShowTopic, ShowTopics
from core.actors import Actor
from core.db import Transactions
from core.models import When


def create_router() -> Router:
    router = Router(name=__name__)
    linked, press = HasAccount(), router.callback_query
    press.register(_set_topic, SetTopic.filter(), linked)
    press.register(_set_route, SetRoute.filter(), linked)
    press.register(_set_apart, SetApart.filter(), linked)
    return router


async def _set_topic(_query: CallbackQuery, callback_data: SetTopic, tx: Transactions, who: Actor) -> Reply:
    household_id, topic, on = callback_data.household, callback_data.topic, callback_data.on
    if on and not callback_data.sure:
        louder = await tx.read(volume_warning.of_topic, who, household_id, topic)
        if louder is not None:
            return volume_warning.ask(louder, callback_data, ShowTopic(topic=topic, household=household_id))
    return topic_view.one_topic(await tx.write(commands.set_topic, who, household_id, topic, on=on), topic)


async def _set_route(_query: CallbackQuery, callback_data: SetRoute, tx: Transactions, who: Actor) -> Reply:
    household_id, topic = callback_data.household, callback_data.topic
    channel, when = callback_data.channel, callback_data.when
    if when is not When.OFF and not callback_data.sure:
        louder = await tx.read(volume_warning.of_route, who, household_id, topic, channel, when)
        if louder is not None:
            return volume_warning.ask(louder, callback_data, ShowTopic(topic=topic, household=household_id))
    set_ = commands.set_route
    return topic_view.one_topic(await tx.write(set_, who, household_id, topic, channel, when), topic)


async def _set_apart(_query: CallbackQuery, callback_data: SetApart, tx: Transactions, who: Actor) -> Reply:
    household_id, on = callback_data.household, callback_data.on
    if not on and not callback_data.sure:
        louder = await tx.read(volume_warning.of_rejoining, who, household_id)
        if louder is not None:
            return volume_warning.ask(louder, callback_data, ShowTopics(household=household_id))
    return topic_view.all_topics(await tx.write(commands.set_apart, who, household_id, on=on))
