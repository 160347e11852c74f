"""What is said of somebody's account and address, in one sentence."""

from collections.abc import Callable

from core import events
from core.models import Role

ROLES = {Role.ADMIN: "an admin", Role.MEMBER: "a member", Role.VIEWER: "a viewer"}


def sentence(
    event: events.Letter | events.MailboxSuspended,
    name: Callable[[str], str],
    text: Callable[[str], str],
) -> str:
    """Return the sentence; `name` and `text` write what people typed, see core.wording.style.Style."""
    match event:
        case events.AddressToVerify():
            return "Somebody, probably you, made a Stockbell account with this email address."
        case events.PasswordResetAsked():
            return "Somebody, probably you, asked for a new password for your Stockbell account."
        case events.PasswordChanged():
            return (
                "Your Stockbell password was changed, and you were signed out everywhere. "
                "If that was not you, set another one at once."
            )
        case events.InvitationSent():
            return (
                f"{text(event.user_name)} invites {text(event.email)} to the household "
                f"{name(event.household_name)} as {ROLES[event.role]}."
            )
        case events.MailboxSuspended():
            return (
                f"Mail to {name(event.address)} is refused by its mail server, so nothing more is sent "
                "there. When it works again, ask for another mail to confirm it."
            )
    raise ValueError(f"{type(event).__name__} has no words")
