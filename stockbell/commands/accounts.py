"""`stockbell user`: operators create accounts and set passwords."""

from sqlalchemy.orm import Session

from core import emails
from core.accounts import accounts, password_reset, passwords
from core.accounts.passwords import Passwords
from core.actors import Actor, Face
from core.config import Settings
from core.errors import NotFound
from core.households import registration
from core.telegram import linking
from core.telegram.link_codes import IssuedCode
from stockbell.commands.database import opened


def create_user(settings: Settings, email: str, name: str, password: str, timezone: str) -> str:
    """Create an account with a household, and return how to link a phone to it."""
    address, password_hash = emails.valid(email), _hash(settings, password)
    key = settings.signing_key()
    with opened(settings) as database:
        issued, username = database.write_now(_register, key, address, password_hash, name, timezone)
    if username is None:
        return f"send this to your bot within 10 minutes: /link {issued.code}"
    return f"open this within 10 minutes: {settings.deep_link(username, issued.code)}"


def _hash(settings: Settings, password: str) -> str:
    return Passwords(settings.password_memory_mib).hash(passwords.acceptable(password))


def _register(
    session: Session, key: bytes, address: str, password_hash: str, name: str, timezone: str
) -> tuple[IssuedCode, str | None]:
    """Create the account with a link code, and return the code and the bot's name."""
    made = registration.register(session, address, password_hash, name, timezone)
    issued = linking.issue_for_user(session, key, Actor(made.account.id, Face.WEB))
    return issued, linking.bot_username(session)


def set_password(settings: Settings, email: str, password: str) -> None:
    """Set an account's password, and sign it out everywhere. Raises NotFound."""
    password_hash = _hash(settings, password)
    with opened(settings) as database:
        database.write_now(_replace_password, email, password_hash)


def _replace_password(session: Session, email: str, password_hash: str) -> None:
    password_reset.replace(session, actor_of(session, email).user_id, password_hash)


def actor_of(session: Session, email: str) -> Actor:
    """Return the person with an email address, acting through an operator. Raises NotFound."""
    known = accounts.credentials(session, email)
    if known is None:
        raise NotFound(f"There is no account with the email {email}.")
    return Actor(known.user_id, Face.WEB)
