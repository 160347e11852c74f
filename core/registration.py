"""Registering on the web: an account and a first household, in one transaction."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core import accounts, households
from core.accounts import Account
from core.actors import Actor, Face


@dataclass(frozen=True)
class Registered:
    account: Account
    household_id: UUID


def register(
    session: Session, email: str, password_hash: str, display_name: str, timezone: str
) -> Registered:
    """Create an account and "<displayName>'s Home" with its person as the admin.

    Raises Conflict when the email is taken, Invalid for a wrong name or zone.
    """
    account = accounts.register(session, email, password_hash, display_name, timezone)
    who = Actor(account.id, Face.WEB)
    home = households.create(session, who, f"{account.display_name}'s Home", None, timezone)
    return Registered(account, home.id)
