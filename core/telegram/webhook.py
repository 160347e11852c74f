"""The webhook: what Telegram shows to prove that an update comes from it.

https://core.telegram.org/bots/api#setwebhook: up to 256 characters, letters, digits, _ and -.
"""

import hashlib
import hmac

HEADER = "X-Telegram-Bot-Api-Secret-Token"


def secret_of(key: bytes) -> str:
    """Return the secret that the bot gives to Telegram, and that Telegram sends with each update."""
    return hmac.new(key, b"telegram webhook", hashlib.sha256).hexdigest()


def is_genuine(key: bytes, shown: str | None) -> bool:
    """Say whether a request shows the secret."""
    # Bytes: comparing a header that is not ASCII as text would raise.
    given = (shown or "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, secret_of(key).encode())
