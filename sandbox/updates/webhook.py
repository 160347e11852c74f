"""Webhooks: updates posted to the bot, in order, each until it answers 2xx."""

import asyncio
import time
from typing import Any

from aiogram.types import WebhookInfo
from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout

from sandbox.store import Store
from sandbox.updates.queue import UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
FIRST_RETRY, LAST_RETRY = 0.1, 30.0  # seconds between tries; doubled after each
ANSWER_TIMEOUT = 30.0  # seconds
_FACT = "webhook"


class WebhookSender:
    """The bot's webhook and the task that posts updates to it."""

    def __init__(self, store: Store, updates: UpdateQueue) -> None:
        self._store = store
        self._updates = updates
        self._arrived = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sender: asyncio.Task[None] | None = None
        self._last_error: tuple[int, str] | None = None
        updates.listen(self._arrived.set)

    @property
    def _hook(self) -> dict[str, Any] | None:
        hook: dict[str, Any] | None = self._store.recall(_FACT)
        return hook

    @property
    def is_set(self) -> bool:
        """Whether updates go to a webhook now."""
        return self._hook is not None

    def set(self, url: str, secret: str | None, max_connections: int) -> None:
        """Send updates to `url` from now on, or stop if it is empty."""
        hook = {"url": url, "secret": secret, "max_connections": max_connections} if url else None
        self._store.remember(_FACT, hook)
        self._last_error = None
        self.start()

    def start(self) -> None:
        """(Re)start sending, if there is a webhook. Needs the running event loop."""
        self.stop()
        if hook := self._hook:
            self._sender = asyncio.create_task(self._send_all(hook))
            self._tasks.add(self._sender)
            self._sender.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Stop sending; unacknowledged updates wait."""
        if self._sender is not None:
            self._sender.cancel()

    async def stopped(self) -> None:
        """Stop sending and wait until the tasks have ended."""
        self.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send_all(self, hook: dict[str, Any]) -> None:
        delay = FIRST_RETRY
        async with ClientSession(timeout=ClientTimeout(total=ANSWER_TIMEOUT)) as session:
            while True:
                self._arrived.clear()
                oldest = self._updates.read(1)
                if not oldest:
                    await self._arrived.wait()
                    continue
                error = await _post(session, hook, oldest[0])
                if error is None:
                    self._updates.acknowledge(oldest[0]["update_id"] + 1)
                    delay = FIRST_RETRY
                else:
                    self._last_error = (int(time.time()), error)
                    await asyncio.sleep(delay)
                    delay = min(delay * 2, LAST_RETRY)

    def info(self) -> WebhookInfo:
        """The answer to getWebhookInfo."""
        hook = self._hook or {"url": "", "max_connections": None}
        error = self._last_error or (None, None)
        return WebhookInfo.model_validate(
            {
                "url": hook["url"],
                "has_custom_certificate": False,
                "pending_update_count": self._updates.count(),
                "max_connections": hook["max_connections"],
                "allowed_updates": self._updates.allowed(),
                "last_error_date": error[0],
                "last_error_message": error[1],
            }
        )


async def _post(session: ClientSession, hook: dict[str, Any], update: dict[str, Any]) -> str | None:
    """Post one update and return the error in Telegram's words, or None."""
    headers = {SECRET_HEADER: hook["secret"]} if hook["secret"] else {}
    try:
        async with session.post(hook["url"], json=update, headers=headers) as answer:
            await answer.read()
    except TimeoutError:
        return "Read timeout expired"
    except ClientConnectorError:
        return "Connection refused"
    except (ClientError, OSError):
        return "Connection reset by peer"
    if 200 <= answer.status < 300:
        return None
    return f"Wrong response from the webhook: {answer.status} {answer.reason}"
