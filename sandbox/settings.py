"""The settings of a sandbox. Imports neither aiogram nor fastapi, so that it loads quickly."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

DEFAULT_TOKEN = "1000000001:SANDBOX-this-is-not-a-real-Telegram-token"  # noqa: S105


@dataclass(frozen=True)
class SandboxSettings:
    """Settings of one sandbox.

    `database` is the SQLite file with its state, or None for memory; `base_url` is its address, without a
    trailing slash; `callback_lifetime` is how many seconds the bot has to answer a pressed button.
    """

    database: Path | None
    token: str = DEFAULT_TOKEN
    bot_username: str = "StockbellDemoBot"
    base_url: str = "http://127.0.0.1:8081"
    enforce_limits: bool = False
    callback_lifetime: float = 60.0

    def __post_init__(self) -> None:
        """Raise ValueError for a token that no Bot API client would accept."""
        bot_id, colon, secret = self.token.partition(":")
        if not (colon and secret and bot_id.isascii() and bot_id.isdigit()):
            raise ValueError("The sandbox token must look like digits:letters.")

    @property
    def bot_id(self) -> int:
        """The bot's user id: the digits before the colon of its token."""
        return int(self.token.partition(":")[0])

    def deep_link(self, payload: str) -> str:
        """The address that opens the sandbox's page and sends `/start payload` from a phone of choice."""
        return f"{self.base_url}/{self.bot_username}?start={quote(payload, safe='')}"
