"""The bot process: it takes updates in, handles them, and carries the telegram channel's messages."""

import asyncio

from bot.app import create_dispatcher
from bot.channel import TelegramChannel
from bot.client import create_bot
from bot.commands import register_commands
from bot.identity import claim_identity
from bot.poller import Poller
from bot.worker import Worker
from core.outbox import Dispatcher
from stockbell.runtime import Runtime


async def run(runtime: Runtime) -> None:
    """Run until stopped. Raises ConfigurationError for a wrong token or somebody else's database."""
    settings, tx, wake, stop = runtime.settings, runtime.database, runtime.wake, runtime.stop
    async with create_bot(settings) as bot:
        if await claim_identity(bot, tx, stop) is None:
            return
        await register_commands(bot)
        handlers = create_dispatcher(tx, settings.signing_key(), settings)
        # One that fails stops the process: half a bot looks like a bot that ignores people.
        async with asyncio.TaskGroup() as group:
            group.create_task(Poller(bot, tx, wake).run(stop))
            group.create_task(Worker(bot, handlers, tx).run(stop, wake.listener()))
            group.create_task(Dispatcher(tx, TelegramChannel(bot)).run(stop, wake.listener()))
