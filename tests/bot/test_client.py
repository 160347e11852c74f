"""The Bot of the settings."""

import traceback

import pytest
from pydantic import SecretStr

from bot.client import create_bot
from core.config import Settings
from core.errors import ConfigurationError


async def test_a_token_that_cannot_be_one_is_named_without_showing_it(settings: Settings) -> None:
    wrong = settings.model_copy(update={"telegram_bot_token": SecretStr("CANARY")})
    with pytest.raises(ConfigurationError, match="TELEGRAM_BOT_TOKEN") as caught:
        create_bot(wrong)
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))
