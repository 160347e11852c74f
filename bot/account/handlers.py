"""/account: a person's name and time zone, all data kept about them, and deleting it."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message
from pydantic_core import to_json
from sqlalchemy.orm import Session

from bot import days
from bot.account.callbacks import DeleteAccount
from bot.errors import Unclear
from bot.filters import Caller, HasAccount
from bot.keyboards import confirmation
from bot.markup import bold, example, plain
from bot.reading import arguments
from bot.replies import Attachment, Reply
from core.accounts import accounts
from core.accounts.accounts import Account
from core.actors import Actor
from core.errors import Conflict, NotAllowed
from core.households import households
from core.households.households import HouseholdSummary
from core.privacy import account_deletion, personal_data
from core.telegram import linking
from core.telegram.linking import Linked
from core.text import clean

EXAMPLES = ("/account name Ann", "/account zone Europe/Berlin", "/account export", "/account delete")
LONGEST_NAME = 80


def create_router() -> Router:
    router = Router(name=__name__)
    linked = HasAccount()
    router.message.register(_change, Command("account", ignore_case=True, magic=F.args), linked)
    router.message.register(_show, Command("account", ignore_case=True), linked)
    router.callback_query.register(_delete, DeleteAccount.filter(), linked)
    return router


async def _show(_message: Message, me: Caller) -> Reply:
    account, linked = await me.read(_me)
    since = days.moment(linked.linked_at, account.timezone) if linked else "?"
    return Reply(
        f"You are {bold(account.display_name)}.\n"
        f"Email: {plain(account.email or 'none; this chat is the only way in')}\n"
        f"Zone: {plain(account.timezone)}\n"
        f"This chat has been linked since {since}.\n\n"
        f"{example('/account name Ann')} and {example('/account zone Europe/Berlin')} change that. "
        f"{example('/account export')} gives you everything I keep about you, "
        f"{example('/account delete')} ends it."
    )


def _me(session: Session, who: Actor) -> tuple[Account, Linked | None]:
    return accounts.get(session, who), linking.status(session, who)


async def _change(_message: Message, command: CommandObject, me: Caller) -> Reply:
    match arguments.subcommand(command.args):
        case "name", str(name) if name:
            name = clean(name, "The name", LONGEST_NAME)
            changed = await me.write(accounts.change, display_name=name)
            return Reply(f"You are now {bold(changed.display_name)}.")
        case "zone", str(name) if name:
            changed = await me.write(accounts.change, timezone=accounts.zone_like(name))
            return Reply(f"Your time zone is now {plain(changed.timezone)}.")
        case "export", "":
            return await _export(me)
        case "delete", "":
            mine = await me.tx.read(households.of_person, me.actor.user_id)
            return _ask_delete(me.actor, mine)
    raise Unclear("Send /account alone, or one of these:", *EXAMPLES)


async def _export(me: Caller) -> Reply:
    gathered = await me.read(personal_data.gather)
    document = Attachment("stockbell.json", to_json(gathered, indent=2))
    return Reply("Everything I keep about you.", document=document)


def _ask_delete(who: Actor, mine: list[HouseholdSummary]) -> Reply:
    alone = [bold(home.name) for home in mine if home.member_count == 1]
    shared = [bold(home.name) for home in mine if home.member_count > 1]
    lines = ["Delete your account? This cannot be undone."]
    if alone:
        lines.append(f"Deleted with everything in it, because nobody else is there: {', '.join(alone)}.")
    if shared:
        lines.append(f"You leave {', '.join(shared)}; what you did there stays, without your name.")
    lines.append("This chat hears nothing more.")
    return Reply("\n".join(lines), confirmation("Yes, delete my account", DeleteAccount(user=who.user_id)))


async def _delete(_query: CallbackQuery, callback_data: DeleteAccount, me: Caller) -> Reply:
    if callback_data.user != me.actor.user_id:
        raise NotAllowed("This chat belongs to another account now. Send /account to see which.")
    try:
        await me.write(account_deletion.delete_account)
    except Conflict as conflict:
        return Reply(f"{plain(str(conflict))} Nothing was deleted.")
    return Reply("Your account is deleted and this chat is unlinked. Send /start to begin again.")
