"""Asking from the chat to be let into a household, by an invite link."""

from sqlalchemy.orm import Session

from core.accounts import accounts
from core.actors import Actor, Face
from core.config import Registration
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.errors import NotAllowed
from core.households import invite_links
from core.households.invite_links import LinkPreview
from core.households.registration import CLOSED
from core.telegram import linking


def ask(
    session: Session, person: TelegramPerson, token: str, timezone: str, mode: Registration
) -> LinkPreview:
    """Ask the maker of a link to be let in; asking again while they think about it changes nothing.

    Somebody without an account gets one, which is reached through their chat: a link is an invitation.
    Raises NotFound when the link cannot be used, NotAllowed where nobody may make an account, and Conflict
    for somebody who is in the household already.
    """
    who = _known(session, person)
    if who is None:
        # A dead link makes no account.
        invite_links.preview(session, token)
        if mode is Registration.CLOSED:
            raise NotAllowed(CLOSED)
        who = _welcome(session, person, timezone)
    before = invite_links.asked_before(session, who, token)
    return before or invite_links.ask(session, who, token, person.name)


def _known(session: Session, person: TelegramPerson) -> Actor | None:
    chat = chats.greet(session, person)
    return chat.actor if chat.user_id is not None else None


def _welcome(session: Session, person: TelegramPerson, timezone: str) -> Actor:
    account = accounts.create_without_email(session, person.first_name, timezone)
    linking.attach(session, chats.greet(session, person).id, account.id, Face.TELEGRAM)
    return Actor(account.id, Face.TELEGRAM)
