"""The commands of the menu, as Telegram shows them."""

import logging

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats

from bot.outcomes import describe

log = logging.getLogger(__name__)

COMMANDS = {
    "stock": "What there is",
    "use": "Use some: /use 3 milk",
    "add": "Add or restock: /add 2 l milk",
    "waste": "Throw away: /waste 1 milk: mouldy",
    "move": "Put somewhere else: /move milk to freezer",
    "undo": "Undo your last change",
    "buy": "Put on the shopping list: /buy 2 l milk",
    "list": "The shopping list",
    "find": "Find an item: /find milk",
    "today": "Today in figures",
    "digest": "What changed in the last day",
    "low": "What is running low",
    "expiring": "What expires soon",
    "min": "Set a minimum: /min 2 milk",
    "expires": "Set a date: /expires 24 Dec milk",
    "remove": "Remove an item from the stock",
    "settings": "What you hear, and when",
    "mute": "Quiet for a while: /mute 8h",
    "unmute": "Hear from me again",
    "follow": "Hear everything about: /follow pantry",
    "ignore": "Hear nothing about: /ignore freezer",
    "mymin": "Your own minimum: /mymin 2 milk",
    "why": "What I told you or not, and why",
    "test": "Send me a test message",
    "household": "Show or switch the household",
    "members": "Who is in the household",
    "invite": "Invite somebody with a link",
    "leave": "Leave the household",
    "account": "Your name, time zone and data",
    "link": "Link this chat with your account",
    "unlink": "Unlink this chat from your account",
    "help": "How to talk to me",
    "start": "Begin",
}


async def register_commands(bot: Bot) -> None:
    """Tell Telegram the commands of private chats. The bot works without, so a failure is only logged."""
    menu = [BotCommand(command=name, description=text) for name, text in COMMANDS.items()]
    try:
        await bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats())
    except AiogramError as error:
        log.warning("The command menu could not be registered: %s", describe(error))
