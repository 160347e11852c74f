"""The handlers. Each module makes its own router; a handler returns a Reply."""

from aiogram import Router

from bot.handlers import (
    account,
    alerts,
    buttons,
    creating,
    fallback,
    groups,
    household,
    household_changes,
    inviting,
    joining,
    leaving,
    linking,
    listing,
    members,
    membership,
    removal,
    shopping,
    start,
    stock,
    today,
    undoing,
    why,
)


def create_routers() -> list[Router]:
    """Return the routers in the order in which they are asked; the last one takes what is left."""
    modules = (
        groups,
        alerts,
        membership,
        joining,
        start,
        linking,
        household_changes,
        household,
        members,
        inviting,
        leaving,
        account,
        listing,
        today,
        stock,
        creating,
        removal,
        undoing,
        shopping,
        why,
        buttons,
        fallback,
    )
    return [module.create_router() for module in modules]
