"""The email channel's part of the clock process."""

from datetime import timedelta

from core.delivery import pictures
from core.delivery.dispatcher import Dispatcher
from core.mail.email_channel import EmailChannel, Patience
from core.mail.links import MailLinks
from core.operations.heartbeats import Component, Heart
from core.smtp_settings import SmtpServer
from stockbell.processes.runtime import Runtime

# How much longer than a send its lease lasts, so that only leases of dead processes expire.
MARGIN = timedelta(seconds=15)


async def run(runtime: Runtime, server: SmtpServer) -> None:
    """Send what is due until stopped, and finish what has been started."""
    settings, patience = runtime.settings, Patience()
    links = MailLinks(settings.public_url, settings.signing_key())
    channel = EmailChannel(server, settings.mail_from, links, patience)
    # Includes the time to draw a picture and to connect.
    longest = timedelta(seconds=pictures.PATIENCE_S + patience.before_data + patience.altogether)
    beat = Heart(runtime.database, Component.MAIL)
    dispatcher = Dispatcher(
        runtime.database, channel, send_timeout=longest, lease=longest + MARGIN, beat=beat
    )
    await dispatcher.run(runtime.stop, runtime.wake.listener())
