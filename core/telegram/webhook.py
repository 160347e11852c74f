"""The webhook's secret token, with which Telegram proves that an update is genuine.

https://core.telegram.org/bots/api#setwebhook: up to 256 characters, letters, digits, _ and -.
"""

import hashlib
import hmac

HEADER = "X-Telegram-Bot-Api-Secret-Token"


def secret_of(key: bytes) -> str:
    """Return the secret that the bot gives Telegram to send with each update."""
    return hmac.new(key, b"telegram webhook", hashlib.sha256).hexdigest()


def is_genuine(key: bytes, shown: str | None) -> bool:
    """Return whether a request has the secret."""
    # compare_digest raises for text that is not ASCII.
    given = (shown or "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, secret_of(key).encode())
