"""/invite: a link to forward, or an email address; and the answers to requests to join."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from sqlalchemy.orm import Session

from bot import days
from bot.errors import Unclear
from bot.filters import Caller, HasAccount, Home, InHousehold
from bot.households.callbacks import AnswerJoin
from bot.households.invitation_view import JOIN, MOST_ROWS, asking_row, invited
from bot.keyboards import keyboard
from bot.markup import bold, plain
from bot.reading import arguments
from bot.replies import Reply
from core import emails
from core.accounts import accounts
from core.actors import Actor
from core.config import Settings
from core.delivery.chats import ActiveHousehold
from core.errors import NotFound
from core.guards import access
from core.households import invitations, invite_links
from core.households.invitations import PendingInvitation
from core.households.invite_links import Asking, IssuedLink, LinkPreview
from core.models import Role
from core.telegram import linking
from core.wording.sentences import ROLES

EXAMPLES = ("/invite viewer", "/invite ann@example.com")


@dataclass(frozen=True)
class Issued:
    """A new link with what is shown beside it, and who waits to be let in by an earlier one."""

    link: IssuedLink
    made_by: str
    bot_username: str
    waiting: list[Asking]
    timezone: str


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_invite, Command("invite", ignore_case=True), InHousehold())
    router.callback_query.register(_answer, AnswerJoin.filter(), HasAccount())
    return router


async def _invite(_message: Message, command: CommandObject, settings: Settings, home: Home) -> Reply:
    first, rest = arguments.subcommand(command.args)
    if "@" in first:
        invitation = await home.write(invitations.invite, emails.valid(first), _role(rest))
        return _invited_address(invitation, home.household, mailed=settings.can_mail)
    issued = await home.write(_issue, _role(first))
    address = settings.deep_link(issued.bot_username, f"{JOIN}{issued.link.token}")
    link = issued.link
    hours = int(invite_links.LIFETIME / timedelta(hours=1))
    replaces = ""
    if link.replaces:
        made = days.moment(link.replaces, issued.timezone)
        replaces = f" It replaces the link from {made}, which no longer works."
    return Reply(
        f"{invited(LinkPreview(link.household_name, issued.made_by, link.role))}\n\n{plain(address)}\n\n"
        f"The link works for one person, for {hours} hours. Forward this message to them."
        f"{replaces}",
        keyboard(*(asking_row(one.link_id, one.user_name) for one in issued.waiting[:MOST_ROWS])),
    )


def _role(word: str) -> Role:
    if not word:
        return Role.MEMBER
    try:
        return Role(word.lower())
    except ValueError:
        raise Unclear("Roles are viewer, member and admin. Send /invite,", *EXAMPLES) from None


def _issue(session: Session, who: Actor, household_id: UUID, role: Role) -> Issued:
    link = invite_links.issue(session, who, household_id, role)
    made_by = access.look(session, who, household_id).user_name
    waiting = invite_links.waiting(session, who, household_id)
    timezone = accounts.get(session, who).timezone
    return Issued(link, made_by, linking.bot_username(session) or "", waiting, timezone)


def _invited_address(made: PendingInvitation, household: ActiveHousehold, *, mailed: bool) -> Reply:
    told = "I mail them an invitation" if mailed else "I send no mail, so tell them"
    return Reply(
        f"{bold(made.email)} may join {bold(household.name)} as {ROLES[made.role]}, for "
        f"{invitations.LIFETIME.days} days.\n\n{told}: anyone whose account has this address finds the "
        "invitation in /household."
    )


async def _answer(query: CallbackQuery, callback_data: AnswerJoin, me: Caller) -> Reply:
    """Let somebody in or not. The rest of the message stays: it may hold a link, or other requests."""
    try:
        asked = await me.write(invite_links.answer, callback_data.link, accept=callback_data.accept)
    except NotFound as gone:
        return Reply(toast=str(gone), alert=True)
    name, home = bold(asked.user_name), bold(asked.household_name)
    joined = f"{name} is in {home} now, as {ROLES[asked.role]}."
    said = joined if callback_data.accept else f"{name} was not let in."
    return Reply(_with(query, said), _without_row(query))


def _with(query: CallbackQuery, said: str) -> str:
    """Return the text of the message, with the answer below it."""
    if isinstance(query.message, Message) and query.message.text:
        return f"{query.message.html_text}\n\n{said}"
    return said


def _without_row(query: CallbackQuery) -> InlineKeyboardMarkup | None:
    """Return the message's buttons without the row that was pressed."""
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    rows = markup.inline_keyboard if markup else []
    return keyboard(*(row for row in rows if query.data not in [button.callback_data for button in row]))
