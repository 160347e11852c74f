"""The handlers. Each module makes its own router; a handler returns a Reply."""

from aiogram import Router

from bot.handlers import (
    buttons,
    creating,
    fallback,
    groups,
    household,
    linking,
    listing,
    membership,
    removal,
    shopping,
    start,
    stock,
    undoing,
)


def create_routers() -> list[Router]:
    """Return the routers in the order in which they are asked; the last one takes what is left."""
    modules = (
        groups,
        membership,
        start,
        linking,
        household,
        listing,
        stock,
        creating,
        removal,
        undoing,
        shopping,
        buttons,
        fallback,
    )
    return [module.create_router() for module in modules]
