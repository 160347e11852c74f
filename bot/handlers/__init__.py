"""The handlers. Each module makes its own router; a handler returns a Reply."""

from aiogram import Router

from bot.handlers import (
    account,
    alerts,
    buttons,
    creating,
    digest,
    fallback,
    groups,
    household,
    household_changes,
    inviting,
    joining,
    kinds,
    leaving,
    linking,
    listing,
    members,
    membership,
    mute,
    removal,
    settings,
    settings_typed,
    shopping,
    start,
    stock,
    today,
    undoing,
    watching,
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
        settings_typed,
        settings,
        kinds,
        mute,
        listing,
        today,
        digest,
        stock,
        creating,
        removal,
        undoing,
        shopping,
        watching,
        why,
        buttons,
        fallback,
    )
    return [module.create_router() for module in modules]
