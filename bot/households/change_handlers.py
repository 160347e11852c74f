"""/household new, rename, zone and delete."""

from uuid import UUID

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message
from sqlalchemy.orm import Session

from bot.errors import Unclear
from bot.filters import Caller, HasAccount
from bot.households import household_view
from bot.households.callbacks import DeleteHousehold
from bot.households.handlers import homes_of
from bot.households.household_view import Homes
from bot.keyboards import confirmation
from bot.markup import bold, counted, plain
from bot.reading import arguments
from bot.replies import Reply
from core.accounts import accounts
from core.actors import Actor
from core.delivery import chats
from core.delivery.chats import ChatState, TelegramPerson
from core.guards import access
from core.households import households
from core.households.households import HouseholdDetails
from core.models import Role

EXAMPLES = tuple(
    f"/household {change}" for change in ("new Office", "rename Maple Street", "zone Europe/Berlin", "delete")
)


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_change, Command("household", ignore_case=True, magic=F.args), HasAccount())
    router.callback_query.register(_delete, DeleteHousehold.filter(), HasAccount())
    return router


async def _change(_message: Message, command: CommandObject, me: Caller, chat: ChatState) -> Reply:
    verb, rest = arguments.subcommand(command.args)
    if verb == "new" and rest:
        made, homes = await me.write(_create, rest)
        return household_view.summary(homes, made)
    if verb not in {"rename", "zone", "delete"} or not (rest or verb == "delete"):
        raise Unclear("Send /household alone, or one of these:", *EXAMPLES)
    if chat.household is None:
        return household_view.none()
    if verb == "delete":
        return await _ask_delete(me, chat.household.id)
    name, timezone = (rest, None) if verb == "rename" else (None, accounts.zone_like(rest))
    changed = await me.write(_update, chat.household.id, name, timezone)
    return Reply(f"{bold(changed.name)} is saved. Its days begin at midnight in {plain(changed.timezone)}.")


def _create(session: Session, who: Actor, name: str) -> tuple[UUID, Homes]:
    timezone = accounts.get(session, who).timezone
    made = households.create(session, who, name, None, timezone)
    return made.id, homes_of(session, who)


def _update(
    session: Session, who: Actor, household_id: UUID, name: str | None, timezone: str | None
) -> HouseholdDetails:
    """Change what is given and keep the rest."""
    access.change(session, who, household_id, Role.ADMIN)
    before = households.details(session, who, household_id)
    return households.change(session, who, household_id, name or before.name, before.description, timezone)


async def _ask_delete(me: Caller, household_id: UUID) -> Reply:
    home = await me.read(_for_admin, household_id)
    items = counted(home.counts.total, "item")
    others = len(home.members) - 1
    lose = {0: "", 1: " 1 other person loses it, too."}.get(others, f" {others} others lose it, too.")
    return Reply(
        f"Delete {bold(home.name)} with its {items}, lists and history? This cannot be undone.{lose}",
        confirmation("Yes, delete it", DeleteHousehold(household=home.id)),
    )


def _for_admin(session: Session, who: Actor, household_id: UUID) -> HouseholdDetails:
    access.require(session, who, household_id, Role.ADMIN)
    return households.details(session, who, household_id)


async def _delete(
    _query: CallbackQuery, callback_data: DeleteHousehold, me: Caller, person: TelegramPerson
) -> Reply:
    name, chat = await me.write(_raze, callback_data.household, person.telegram_id)
    return Reply(f"{bold(name)} is deleted. {household_view.from_now_on(chat)}")


def _raze(session: Session, who: Actor, household_id: UUID, telegram_id: int) -> tuple[str, ChatState | None]:
    name = households.delete(session, who, household_id)
    return name, chats.find(session, telegram_id)
