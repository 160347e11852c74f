"""The handlers. Each module makes its own router; a handler returns a Reply."""

from aiogram import Router

from bot.handlers import (
    alerts,
    buttons,
    creating,
    fallback,
    groups,
    household,
    linking,
    listing,
    membership,
    removal,
    start,
    stock,
    why,
)


def create_routers() -> list[Router]:
    """Return the routers in the order in which they are asked; the last one takes what is left."""
    modules = (
        groups,
        alerts,
        membership,
        start,
        linking,
        household,
        listing,
        stock,
        creating,
        removal,
        why,
        buttons,
        fallback,
    )
    return [module.create_router() for module in modules]
