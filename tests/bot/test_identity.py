"""Who the bot is, and whose the database."""

import pytest
from aiogram import Bot
from pydantic import SecretStr

from bot.client import create_bot
from bot.identity import claim_identity
from core.config import Settings
from core.db import Database
from core.errors import ConfigurationError
from core.telegram import bots, linking


async def test_a_database_learns_which_bot_it_belongs_to(telegram: Bot, database: Database) -> None:
    assert await claim_identity(telegram, database) == "StockbellDemoBot"
    assert await claim_identity(telegram, database) == "StockbellDemoBot"
    assert await database.read(linking.bot_username) == "StockbellDemoBot"


@pytest.mark.both_databases
async def test_a_database_of_another_bot_is_refused(telegram: Bot, database: Database) -> None:
    await database.write(bots.claim, 42, "OtherBot")
    with pytest.raises(ConfigurationError, match="belongs to the bot @OtherBot"):
        await claim_identity(telegram, database)
    assert await database.read(linking.bot_username) == "OtherBot"


async def test_a_token_that_telegram_refuses_is_named(bot_settings: Settings, database: Database) -> None:
    wrong = bot_settings.model_copy(update={"telegram_bot_token": SecretStr("42:wrong")})
    async with create_bot(wrong) as stranger:
        with pytest.raises(ConfigurationError, match="Telegram does not accept this token"):
            await claim_identity(stranger, database)
