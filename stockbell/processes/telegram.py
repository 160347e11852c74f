"""The bot process: it receives and handles updates, and sends Telegram messages."""

from aiogram import Bot

from bot.alerts.channel import TelegramChannel
from bot.app import create_dispatcher
from bot.client import create_bot
from bot.command_menu import register_commands
from bot.identity import claim_identity
from bot.poller import Poller
from bot.session import CountRefusals
from bot.webhook import Webhook
from bot.worker import Worker
from core.delivery.dispatcher import Dispatcher
from core.errors import ConfigurationError
from core.operations.heartbeats import Component, Heart
from core.telegram import webhook
from core.wake import Beat
from stockbell.processes.runtime import Runtime, together


def _updates(bot: Bot, runtime: Runtime, beat: Beat) -> Poller | Webhook:
    """Return a webhook if one is set, or else a poller."""
    settings = runtime.settings
    if settings.telegram_webhook_url:
        return Webhook(bot, settings.telegram_webhook_url, webhook.secret_of(settings.signing_key()), beat)
    return Poller(bot, runtime.database, runtime.wake, beat)


async def run(runtime: Runtime) -> None:
    """Run until stopped.

    Raises ConfigurationError for a wrong token, a second poller, or another bot's database.
    """
    tx = runtime.database
    beat = Heart(tx, Component.POLLER)
    try:
        async with create_bot(runtime.settings) as bot:
            bot.session.middleware(CountRefusals(tx))
            if await claim_identity(bot, tx, runtime.stop, beat) is None:
                return
            await register_commands(bot)
            await _work(runtime, bot, beat)
    except ConfigurationError as error:
        # So that operators can see why there is no bot.
        await beat(str(error))
        raise


async def _work(runtime: Runtime, bot: Bot, beat: Beat) -> None:
    settings, tx, wake, stop = runtime.settings, runtime.database, runtime.wake, runtime.stop
    handlers = create_dispatcher(tx, settings.signing_key(), settings)
    outbox = Dispatcher(tx, TelegramChannel(bot), beat=Heart(tx, Component.DISPATCHER))
    # If one fails, the process stops, because half a bot would seem to ignore people. The others finish their
    # sends before the Bot's session closes.
    await together(
        stop,
        _updates(bot, runtime, beat).run(stop),
        Worker(bot, handlers, tx, Heart(tx, Component.WORKER)).run(stop, wake.listener()),
        outbox.run(stop, wake.listener()),
    )
