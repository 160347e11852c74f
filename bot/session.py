"""The one door to the Bot API. The bot's token is part of every address, so errors are cleaned here."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType


class Session(AiohttpSession):
    """aiogram's session, whose exceptions never hold the bot's token.

    Raises what aiogram raises: TelegramAPIError, or ClientDecodeError for an answer that cannot be read.
    """

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109
    ) -> TelegramType:
        try:
            return await super().make_request(bot, method, timeout)
        except TelegramNetworkError as error:
            # A redirect loop's text, for one, holds the whole address.
            raise TelegramNetworkError(method, _without_token(error.message, bot)) from None
        except (ClientDecodeError, UnicodeDecodeError):
            # The page of a gateway may quote the address that was asked.
            unreadable = ValueError("not what the Bot API answers")
            raise ClientDecodeError("The answer could not be read", unreadable, "[left out]") from None


def _without_token(text: str, bot: Bot) -> str:
    secret = bot.token.partition(":")[2]
    return text.replace(bot.token, "[token]").replace(secret, "[token]")
