"""The Bot: where it calls, how long it waits, and how its messages look by default."""

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.utils.token import TokenValidationError

from bot.limiter import BotPace
from bot.session import Session
from core.config import Settings
from core.errors import ConfigurationError

REQUEST_TIMEOUT_S = 10.0


def create_bot(settings: Settings, *, pace: BotPace | None = None) -> Bot:
    """Return the Bot of the settings. Raises ConfigurationError if its token cannot be one.

    `pace` is what Telegram bears, unless another server is called.
    """
    server = TelegramAPIServer.from_base(settings.telegram_api_base)
    session = Session(api=server, timeout=REQUEST_TIMEOUT_S, pace=pace)
    defaults = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    try:
        return Bot(settings.telegram_bot_token.get_secret_value(), session=session, default=defaults)
    except TokenValidationError:
        raise ConfigurationError(
            "TELEGRAM_BOT_TOKEN: this is not a bot token. Copy it from @BotFather, like 123456:ABC-DEF."
        ) from None
