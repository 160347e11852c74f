"""Webhooks: updates posted to the bot, in order, again and again until it answers 2xx."""

import asyncio
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiogram.methods import DeleteWebhook, GetWebhookInfo, SetWebhook
from aiogram.types import WebhookInfo
from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout

from sandbox.errors import bad_request, conflict
from sandbox.loopback import is_loopback
from sandbox.store import Store
from sandbox.updates.queue import UpdateQueue

if TYPE_CHECKING:
    from sandbox.state import Sandbox

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
FIRST_RETRY, LAST_RETRY = 0.1, 30.0  # seconds between tries; doubled after each
ANSWER_TIMEOUT = 30.0  # seconds
_FACT = "webhook"


class Webhook:
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
        """Send updates to `url` from now on; an empty one stops that."""
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
        """Stop sending; what is not acknowledged waits."""
        if self._sender is not None:
            self._sender.cancel()

    async def stopped(self) -> None:
        """Stop sending and wait until nothing of it runs any more."""
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
        """What getWebhookInfo answers."""
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
    """Post one update; what went wrong, in Telegram's words, or None."""
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


def set_webhook(sandbox: "Sandbox", call: SetWebhook) -> bool:
    """https://core.telegram.org/bots/api#setwebhook, but for loopback addresses, and them only."""
    if call.url:
        address = urlsplit(call.url)
        if address.scheme not in {"http", "https"} or not is_loopback(address.hostname or ""):
            raise bad_request("bad webhook: the sandbox calls addresses of this computer only")
    secret = call.secret_token
    if secret is not None and not _is_secret(secret):
        raise bad_request("secret token contains unallowed characters")
    if call.drop_pending_updates:
        sandbox.updates.drop()
    sandbox.updates.allow(call.allowed_updates)
    if call.url:
        sandbox.poller.interrupt(conflict("terminated by setWebhook request"))
    sandbox.webhook.set(call.url, secret, call.max_connections or 40)
    return True


def _is_secret(secret: str) -> bool:
    return len(secret) <= 256 and secret.isascii() and secret.replace("_", "").replace("-", "").isalnum()


def delete_webhook(sandbox: "Sandbox", call: DeleteWebhook) -> bool:
    """https://core.telegram.org/bots/api#deletewebhook"""
    if call.drop_pending_updates:
        sandbox.updates.drop()
    sandbox.webhook.set("", None, 0)
    return True


def get_webhook_info(sandbox: "Sandbox", _: GetWebhookInfo) -> WebhookInfo:
    """https://core.telegram.org/bots/api#getwebhookinfo"""
    return sandbox.webhook.info()
