"""The email channel: mail through an SMTP server."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from uuid import UUID

import aiosmtplib
from aiosmtplib import SMTP, SMTPException

from core import emails, smtp_settings
from core.delivery import pictures
from core.mail import composing, mail_outcomes, rendering
from core.mail.links import MailLinks
from core.models import ChannelName
from core.smtp_settings import Encryption, SmtpServer
from core.wording.channels import Composed, DeliveryError, Line, Outgoing, Recap
from core.wording.outcomes import Failure

# Mail servers allow one client only a few connections at once.
CONNECTIONS = 4


@dataclass(frozen=True)
class Patience:
    """How long a send may take, in seconds: until the mail itself is sent, and until the server answers it.

    A server may scan for viruses before it answers; RFC 5321 section 4.5.3.2.6 would give it ten minutes.
    """

    before_data: float = 8
    data: float = 20
    goodbye: float = 1

    @property
    def altogether(self) -> float:
        """A bit more than their sum, so that it is clear which of them was too short."""
        return self.before_data + self.data + self.goodbye + 1


class EmailChannel:
    """Implements core.wording.channels.Channel on SMTP, with one connection for each mail."""

    name = ChannelName.EMAIL

    def __init__(
        self, server: SmtpServer, sender: str, links: MailLinks, patience: Patience | None = None
    ) -> None:
        name, address = smtp_settings.sender(sender)
        self._server = server
        self._sender = emails.for_mail(address, name)
        self._links = links
        self._patience = patience or Patience()
        self._connections = asyncio.Semaphore(CONNECTIONS)

    def compose(
        self, message_id: UUID, lines: Sequence[Line], most: int, recap: Recap | None = None
    ) -> Composed:
        """Return a mail with the worst news first. Its links are only named; see core.mail.links."""
        return composing.compose(lines, most, recap)

    async def turn(self, message: Outgoing) -> None:
        """Return at once: only mailboxes have a pace."""

    async def probe(self) -> None:
        """Connect to the mail server and disconnect. Raises DeliveryError when it does not answer."""
        client = self._client()
        try:
            async with asyncio.timeout(self._patience.before_data):
                await client.connect()
        except aiosmtplib.SMTPResponseException:
            # Any answer will do; the next mail finds out more.
            return
        except (SMTPException, OSError) as error:
            raise DeliveryError(Failure.CLEAN, "no connection to the mail server") from error
        finally:
            client.close()

    async def send(self, message: Outgoing) -> None:
        """Send a mail. Raises DeliveryError."""
        picture = await pictures.draw(message)
        try:
            async with asyncio.timeout(self._patience.before_data):
                await self._connections.acquire()
        except TimeoutError:
            raise DeliveryError(Failure.WAIT, "too many mails at once", retry_after=1) from None
        try:
            await self._hand_in(message, picture)
        finally:
            self._connections.release()

    async def _hand_in(self, message: Outgoing, picture: bytes | None) -> None:
        client = self._client()
        try:
            try:
                async with asyncio.timeout(self._patience.before_data):
                    mail = await self._begin(client, message, picture)
            except (SMTPException, OSError, ValueError) as error:
                raise mail_outcomes.before_data(error, message) from error
            try:
                await client.data(mail, timeout=self._patience.data)
            except (SMTPException, OSError) as error:
                raise mail_outcomes.after_data(error, message) from error
            with contextlib.suppress(SMTPException, OSError):
                await client.quit(timeout=self._patience.goodbye)
        finally:
            client.close()

    async def _begin(self, client: SMTP, message: Outgoing, picture: bytes | None) -> bytes:
        """Announce the sender and the recipient, and return the mail as bytes."""
        to = emails.for_mail(str(message.address))
        mail = rendering.render(message, self._links, self._sender, to, picture)
        recipient = to.addr_spec
        await client.connect()
        ascii_only = recipient.isascii() and self._sender.addr_spec.isascii()
        # RFC 6531: only a name before the @ that is not ASCII needs the extension.
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
        options, encoding = ([], "ascii") if ascii_only else (["SMTPUTF8"], "utf-8")
        if options and not client.supports_extension("smtputf8"):
            raise aiosmtplib.SMTPNotSupported("SMTPUTF8")
        await client.mail(self._sender.addr_spec, options=options, encoding=encoding)
        await client.rcpt(recipient, encoding=encoding)
        return mail.as_bytes(policy=policy.SMTP.clone(utf8=not ascii_only))

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            # The default would be looked up in the network.
            local_hostname=self._sender.domain,
            timeout=self._patience.before_data,
            use_tls=server.encryption is Encryption.TLS,
            start_tls=server.encryption is Encryption.STARTTLS,
        )
