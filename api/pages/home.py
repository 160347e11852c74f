"""/: what runs here, for somebody who opens the address of the server."""

from fastapi import APIRouter, Response

from api.dependencies import Config, Tx
from api.pages.layout import action, new_router, note, page, paragraph
from core.config import Settings
from core.telegram import linking

TITLE = "A household's inventory that lives in Telegram"
WHAT = (
    "Ask the bot what there is and tell it what you used: everybody in the household who wants to know hears "
    "that the milk runs low."
)
NO_BOT = "No bot has run here yet. Once it has, this page shows the way to it."
WEB = "Apps on the web use the same household, over an API:"


async def show_home(tx: Tx, settings: Config) -> Response:
    bot = await tx.read(linking.bot_username)
    way = _way_to(bot, settings) if bot else paragraph(NO_BOT)
    return page(TITLE, paragraph(WHAT), way, note(WEB, "docs", "how it is used"))


def _way_to(bot: str, settings: Settings) -> str:
    where = "in the sandbox" if settings.talks_to_sandbox else "in Telegram"
    return action(settings.chat_link(bot), f"Open @{bot} {where}")


def router() -> APIRouter:
    routes = new_router()
    routes.get("/")(show_home)
    return routes
