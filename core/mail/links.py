"""The links in mails. A stored mail only names them; their tokens are made when it is sent."""

from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from core import signed_ids
from core.signed_ids import Signed


class Target(StrEnum):
    """The page that a link leads to. All but `password` and `unsubscribe` need an id."""

    VERIFY = "verify"
    RESET = "reset"
    PASSWORD = "password"  # noqa: S105 - the page for requesting a reset link
    INVITATION = "invitation"
    UNSUBSCRIBE = "unsubscribe"


_PAGES: dict[Target, tuple[str, Signed | None]] = {
    Target.VERIFY: ("verify-email", Signed.VERIFY),
    Target.RESET: ("reset-password", Signed.RESET),
    Target.PASSWORD: ("reset-password", None),
    Target.INVITATION: ("invitations", Signed.INVITATION),
    Target.UNSUBSCRIBE: ("unsubscribe", Signed.MAILBOX),
}


def reference(target: Target, id_: UUID | None = None) -> str:
    """Return the name of a link in a stored mail."""
    return target if id_ is None else f"{target}:{id_}"


class MailLinks:
    """Makes links to pages below `public_url`, signed with the server's key."""

    def __init__(self, public_url: str, key: bytes) -> None:
        self.public_url = public_url
        self._key = key

    def to(self, named: str, mailbox_id: UUID) -> str:
        """Return the URL of a named link in a mail to this mailbox."""
        name, _, id_ = named.partition(":")
        page, kind = _PAGES[Target(name)]
        if kind is None:
            return f"{self.public_url}/{page}"
        token = signed_ids.token(self._key, kind, UUID(id_) if id_ else mailbox_id)
        return f"{self.public_url}/{page}?{urlencode({'token': token})}"
