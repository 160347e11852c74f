"""How the bot gets its updates: by polling, or through a webhook.

https://core.telegram.org/bots/api#getting-updates
"""

import re
from typing import Any
from urllib.parse import urlsplit

from aiogram.methods import DeleteWebhook, GetUpdates, GetWebhookInfo, SetWebhook
from aiogram.types import WebhookInfo

from sandbox.errors import bad_request, conflict
from sandbox.loopback import is_loopback
from sandbox.state import Sandbox

MAX_WAIT = 50  # seconds: Telegram cuts longer timeouts to this
MAX_UPDATES = 100  # https://core.telegram.org/bots/api#getupdates


async def get_updates(sandbox: Sandbox, call: GetUpdates) -> list[dict[str, Any]]:
    """https://core.telegram.org/bots/api#getupdates. Raises BotApiError 409 as Telegram does."""
    if sandbox.webhook.is_set:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    # The newer request wins.
    sandbox.long_poll.wake(
        conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
    )
    limit = min(max(call.limit or MAX_UPDATES, 1), MAX_UPDATES)
    sandbox.updates.allow(call.allowed_updates)
    sandbox.updates.acknowledge(call.offset or 0)
    found = sandbox.updates.read(limit)
    if not found and call.timeout and call.timeout > 0:
        await sandbox.long_poll.wait(min(call.timeout, MAX_WAIT))
        found = sandbox.updates.read(limit)
    return found


def set_webhook(sandbox: Sandbox, call: SetWebhook) -> bool:
    """https://core.telegram.org/bots/api#setwebhook, but for loopback addresses only."""
    if call.url:
        address = urlsplit(call.url)
        if address.scheme not in {"http", "https"} or not is_loopback(address.hostname or ""):
            raise bad_request("bad webhook: the sandbox calls addresses of this computer only")
    secret = call.secret_token
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if call.drop_pending_updates:
        sandbox.updates.drop()
    sandbox.updates.allow(call.allowed_updates)
    if call.url:
        sandbox.long_poll.wake(conflict("terminated by setWebhook request"))
    sandbox.webhook.set(call.url, secret, call.max_connections or 40)
    return True


def delete_webhook(sandbox: Sandbox, call: DeleteWebhook) -> bool:
    """https://core.telegram.org/bots/api#deletewebhook"""
    if call.drop_pending_updates:
        sandbox.updates.drop()
    sandbox.webhook.set("", None, 0)
    return True


def get_webhook_info(sandbox: Sandbox, _: GetWebhookInfo) -> WebhookInfo:
    """https://core.telegram.org/bots/api#getwebhookinfo"""
    return sandbox.webhook.info()
