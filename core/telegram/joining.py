"""Asking in the chat to join a household, with an invite link."""

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
    """Ask the maker of a link to join; asking again while they decide changes nothing.

    Somebody without an account gets one that is linked to their chat: a link is an invitation. Raises
    NotFound when the link cannot be used, NotAllowed when registration is closed, and Conflict for members.
    """
    chat = chats.greet(session, person)
    if chat.user_id is not None:
        who = chat.actor
    else:
        # A dead link makes no account.
        invite_links.preview(session, token)
        if mode is Registration.CLOSED:
            raise NotAllowed(CLOSED)
        account = accounts.create_without_email(session, person.first_name, timezone)
        linking.attach(session, chat.id, account.id, Face.TELEGRAM)
        who = Actor(account.id, Face.TELEGRAM)
    before = invite_links.asked_before(session, who, token)
    return before or invite_links.ask(session, who, token, person.name)
