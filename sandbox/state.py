"""One running sandbox."""

import asyncio

from aiogram.types import Message, User
from starlette.applications import Starlette

from sandbox.calls import CallLog, CallRecord
from sandbox.faults.fault import Fault, Faults
from sandbox.faults.flood_limits import FloodLimits
from sandbox.faults.outages import Outage
from sandbox.faults.plans import Plan
from sandbox.feed import ChatFeed
from sandbox.messages.views import view_message
from sandbox.settings import SandboxSettings
from sandbox.store import Store
from sandbox.updates.long_poll import LongPoll
from sandbox.updates.queue import UpdateQueue
from sandbox.updates.webhook import WebhookSender

BOT_NAME = "Stockbell"


class Sandbox:
    """Everything that the requests of one server share. Create it inside the running event loop."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.feed = ChatFeed()
        self.calls = CallLog()
        self.faults = Faults()
        self.plan: Plan | None = None
        self.outage = Outage()
        self.limits = FloodLimits(settings.enforce_limits)
        self.updates = UpdateQueue(self.store)
        self.long_poll = LongPoll()
        self.closing = asyncio.Event()
        self.webhook = WebhookSender(self.store, self.updates)
        self.updates.listen(self.long_poll.wake)

    @property
    def bot_user(self) -> User:
        """The bot as a sender of messages."""
        return User(
            id=self.settings.bot_id, is_bot=True, first_name=BOT_NAME, username=self.settings.bot_username
        )

    def show(self, message: Message) -> None:
        """Tell pages and tests how a message looks now."""
        self.feed.publish(
            message.chat.id, lambda: {"type": "message", "message": view_message(self.store, message)}
        )

    def fault_of(self, record: CallRecord) -> Fault | None:
        """What goes wrong with a call that has just arrived, or None."""
        return (
            self.outage.take(record)
            or self.faults.take(record.method, record.chat_id)
            or (self.plan.take(record.method) if self.plan else None)
        )

    def begin_shutdown(self) -> None:
        """Answer every waiting request, so that the server can stop. Call it on the event loop."""
        self.closing.set()
        self.long_poll.close()
        self.feed.close()
        self.webhook.stop()

    async def close(self) -> None:
        """Stop everything and close the database."""
        self.begin_shutdown()
        await self.webhook.stopped()
        self.store.close()


def sandbox_of(app: Starlette) -> Sandbox:
    """The sandbox that an application serves, once it has started."""
    sandbox: Sandbox = app.state.sandbox
    return sandbox
