"""The email channel's dispatcher, a step at a time, and what is found in a mailbox."""

import re

from pydantic import SecretStr

from core.config import Settings
from core.db import Database
from core.delivery.dispatcher import Dispatcher
from core.mail.email_channel import EmailChannel, Patience
from core.mail.links import MailLinks
from tests.support.mail import MailServer, Taken

SENDER = "Stockbell <bell@stockbell.example>"


class Post:
    """Hands in what is due when it is told to."""

    def __init__(self, settings: Settings, database: Database, server: MailServer) -> None:
        assert settings.smtp is not None
        self.server = server
        links = MailLinks(settings.public_url, settings.signing_key())
        self.channel = EmailChannel(settings.smtp, SENDER, links, Patience(2, 2, 1))
        self.dispatcher = Dispatcher(database, self.channel)

    async def deliver(self) -> int:
        """Hand in everything that is due now, and return how many mails that were."""
        return await self.dispatcher.run_once()

    async def newest(self, address: str) -> Taken:
        """Hand in what is due, and return the last mail that an address has got."""
        await self.deliver()
        return self.server.to(address)[-1]

    async def mail(self, address: str, subject: str) -> Taken:
        """Hand in what is due, and return the last mail with this subject that an address has got."""
        await self.deliver()
        return [taken for taken in self.server.to(address) if taken.mail["Subject"] == subject][-1]


def mailing(settings: Settings, server: MailServer) -> Settings:
    """Return the settings of a server that hands its mail in there."""
    return settings.model_copy(update={"smtp_url": SecretStr(server.url), "mail_from": SENDER})


def link_in(taken: Taken, page: str) -> str:
    """Return the link to a page in the text of a mail, as a path."""
    [link] = re.findall(rf"^https://stockbell\.example(/{page}\?\S+)$", taken.part("plain"), re.MULTILINE)
    return str(link)


def token_in(taken: Taken, page: str) -> str:
    return link_in(taken, page).partition("token=")[2]
