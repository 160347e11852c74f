"""The one bot that a database belongs to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import finds, table, upsert
from core.errors import ConfigurationError
from core.models import TelegramBot

bots = table(TelegramBot)


def claim(session: Session, bot_id: int, username: str) -> None:
    """Bind the database to a bot, and keep its name up to date.

    Raises ConfigurationError when it belongs to another bot, whose chats this one cannot reach.
    """
    mine = upsert(session, bots).values(singleton=1, bot_id=bot_id, username=username)
    mine = mine.on_conflict_do_update(
        index_elements=[bots.c.singleton], set_={"username": username}, where=bots.c.bot_id == bot_id
    )
    if not finds(session, mine.returning(bots.c.bot_id)):
        owner = session.execute(select(bots.c.username)).scalar()
        raise ConfigurationError(
            f"This database belongs to the bot @{owner}. Set DATABASE_URL to another database, or use that "
            "bot's token."
        )
