"""Who may register; and registering on the web, with a first household."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core.accounts import accounts, email_verification
from core.accounts.accounts import Account
from core.actors import Actor, Face
from core.config import Registration
from core.errors import NotAllowed
from core.households import households, invitations

CLOSED = "Nobody can register here. Ask the person who runs this server to make an account for you."
INVITED_ONLY = "Only people who were invited can register here. Ask somebody to invite this email address."
NOT_HERE = (
    "An account cannot be made in this chat. Ask somebody to invite your email address, register on the web, "
    "then send /link."
)


@dataclass(frozen=True)
class Registered:
    account: Account
    household_id: UUID


def refuse_uninvited(session: Session, mode: Registration, email: str) -> None:
    """Raise NotAllowed unless this address may register, whether it has an account or not."""
    if mode is Registration.CLOSED:
        raise NotAllowed(CLOSED)
    if mode is Registration.INVITE and not invitations.is_pending(session, email):
        raise NotAllowed(INVITED_ONLY)


def refuse_unless_open(mode: Registration) -> None:
    """Raise NotAllowed unless anybody may register, even without an email."""
    if mode is Registration.CLOSED:
        raise NotAllowed(CLOSED)
    if mode is Registration.INVITE:
        raise NotAllowed(NOT_HERE)


def register(
    session: Session, email: str, password_hash: str, display_name: str, timezone: str
) -> Registered:
    """Create an account and its household, "<displayName>'s Home", and mail a verification link if possible.

    Raises Conflict when the email is taken, Invalid for a wrong name or zone.
    """
    account = accounts.register(session, email, password_hash, display_name, timezone)
    email_verification.ask(session, account.id)
    who = Actor(account.id, Face.WEB)
    home = households.create(session, who, f"{account.display_name}'s Home", None, timezone)
    return Registered(account, home.id)
