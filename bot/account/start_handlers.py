"""/start and /help: a new household, or a code for somebody who has an account."""

import re

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.account import link_dialog
from bot.account.link_dialog import beginning
from bot.households import household_view
from bot.households.callbacks import Begin, Beginning
from bot.markup import bold, example
from bot.replies import Reply
from core.config import Settings
from core.db import Transactions
from core.delivery import chats
from core.delivery.chats import ChatState, TelegramPerson
from core.households import households, invitations
from core.telegram import linking

_HELP = """<b>What I understand</b>

<b>Stock</b>
/stock what there is, place by place (`/stock fridge` for one place, category or name)
`/use 3 milk` uses some (`/use milk` uses one)
`/add 2 l milk` restocks, or adds something new
`/waste 1 milk: mouldy` throws some away
`/move milk to freezer` puts it somewhere else
/undo takes back your last change
`/find milk` finds an item; just writing its name does, too
`/remove milk` takes it out of the stock

<b>What needs attention</b>
/today in figures; /digest what changed in the last day (`/digest weekly` in the last week)
/low what is running low
/expiring what expires soon (`/expiring 14` looks two weeks ahead)
`/min 2 milk` warns you below 2 (0 removes it)
`/expires 24 Dec milk` sets a date (also 24.12., tomorrow, Friday, in 5 days, none)

<b>Shopping</b>
`/buy 2 l milk` puts it on the shopping list
/list to tick off what you bought, which adds it to the stock (`/list new Party` makes another)

<b>What you hear, and when</b>
/settings for kinds, channels, times and quiet hours (also `/settings daily 8:30`, `/settings quiet 22-7`)
`/mute 8h` keeps me quiet (also `/mute until 7:30`); /unmute ends that
`/follow pantry` to hear everything about it, `/ignore freezer` nothing (also `/ignore milk 2 weeks`)
`/mymin 2 milk` warns only you below 2

<b>People</b>
/household which one this chat is about, and switching (also new, rename, zone, delete)
/members who is in it, and in which role
/invite a link to forward (also `/invite viewer`, `/invite ann@example.com`)
/leave this household

<b>You</b>
/account your name and time zone (also export, delete)
/link and /unlink this chat
/why what I told you lately or not, and why; /test sends a test

Numbers may be 3, 1.5, 1,5, ½, 1/2 or two, first or last, with a unit if you like: 500 g, 2kg, 1 l.
You can leave out the slash: `add 2 l milk`, `used 1 milk`, `what's low?`"""
HELP = re.sub("`(.+?)`", r"<code>\1</code>", _HELP)


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(link_dialog.offer, Command("start", ignore_case=True, magic=F.args))
    router.message.register(_start, Command("start", ignore_case=True))
    router.message.register(_help, Command("help", ignore_case=True))
    router.callback_query.register(_create, Begin.filter(F.how == Beginning.HOUSEHOLD))
    router.callback_query.register(link_dialog.give_code, Begin.filter(F.how == Beginning.ACCOUNT))
    return router


async def _start(_message: Message, tx: Transactions, settings: Settings, person: TelegramPerson) -> Reply:
    chat = await tx.write(chats.greet, person)
    if chat.user_id is None:
        return Reply(
            f"Hello {bold(person.first_name)}! I keep track of what your household has, and tell you before "
            "something runs out.\n\nHow would you like to begin?",
            beginning(settings.registration),
        )
    if chat.household is None:
        return household_view.none(await tx.read(invitations.mine, chat.actor))
    return Reply(
        f"Hello {bold(chat.display_name or person.first_name)}, this chat is about "
        f"{bold(chat.household.name)}.\n\n/stock shows what there is, /help what I understand."
    )


async def _help(_message: Message, settings: Settings, chat: ChatState | None) -> Reply:
    if chat is None or chat.user_id is None:
        return Reply(
            f"{HELP}\n\nThis chat is not linked to an account yet. Begin here:",
            beginning(settings.registration),
        )
    return Reply(HELP)


async def _create(
    _query: CallbackQuery,
    tx: Transactions,
    settings: Settings,
    person: TelegramPerson,
    chat: ChatState | None,
) -> Reply:
    name, zone = f"{person.first_name}'s Home", settings.default_timezone
    if chat is not None and chat.user_id is not None and chat.household is None:
        await tx.write(households.create, chat.actor, name, None, zone)
    else:
        await tx.write(linking.start_household, person, name, zone, settings.registration)
    return Reply(
        f"{bold(name)} is yours. Try this first:\n\n"
        f"{example('/add 2 l milk')}\n{example('/min 1 milk')}\n{example('/use 1.5 milk')}\n\n"
        "Then /stock shows what there is, and /help everything I understand."
    )
