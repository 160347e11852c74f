"""The bot process: it takes updates in, handles them, and carries the telegram channel's messages."""

from aiogram import Bot

from bot.app import create_dispatcher
from bot.channel import TelegramChannel
from bot.client import create_bot
from bot.commands import register_commands
from bot.identity import claim_identity
from bot.poller import Poller
from bot.webhook import Webhook
from bot.worker import Worker
from core import webhook
from core.outbox import Dispatcher
from stockbell.runtime import Runtime, together


def _updates(bot: Bot, runtime: Runtime) -> Poller | Webhook:
    """Return what takes the updates in: Telegram brings them to a webhook, or they are fetched."""
    settings = runtime.settings
    if settings.telegram_webhook_url:
        return Webhook(bot, settings.telegram_webhook_url, webhook.secret_of(settings.signing_key()))
    return Poller(bot, runtime.database, runtime.wake)


async def run(runtime: Runtime) -> None:
    """Run until stopped.

    Raises ConfigurationError for a wrong token, another poller, or somebody else's database.
    """
    settings, tx, wake, stop = runtime.settings, runtime.database, runtime.wake, runtime.stop
    async with create_bot(settings) as bot:
        if await claim_identity(bot, tx, stop) is None:
            return
        await register_commands(bot)
        handlers = create_dispatcher(tx, settings.signing_key(), settings)
        # One that fails stops the process: half a bot looks like a bot that ignores people. The others finish
        # what they are sending before the Bot's session closes.
        await together(
            stop,
            _updates(bot, runtime).run(stop),
            Worker(bot, handlers, tx).run(stop, wake.listener()),
            Dispatcher(tx, TelegramChannel(bot)).run(stop, wake.listener()),
        )
