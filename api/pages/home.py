"""/: what runs here, for somebody who opens the server's address."""

from fastapi import APIRouter, Response

from api.dependencies import Config, Tx
from api.pages.layout import new_router, page
from core.telegram import linking


async def show_home(tx: Tx, settings: Config) -> Response:
    bot = await tx.read(linking.bot_username)
    chat = settings.chat_link(bot) if bot else None
    return page("home.html", bot=bot, chat=chat, in_sandbox=settings.talks_to_sandbox)


def router() -> APIRouter:
    routes = new_router()
    routes.get("/")(show_home)
    return routes
