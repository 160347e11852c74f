"""A stored mail as the mail server gets it: RFC 5322, with a text and an HTML part."""

from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from core.mail.links import MailLinks, Target
from core.mail.templating import filled
from core.wording import charts
from core.wording.channels import Outgoing


def render(
    message: Outgoing, links: MailLinks, sender: Address, to: Address, picture: bytes | None = None
) -> EmailMessage:
    """Return the mail, with the same Message-ID each time, so that repeats can be recognized.

    `picture` is a chart as PNG for the HTML part; the text part says its figures in words. Raises ValueError
    for a subject that no header can hold.
    """
    rows = [(label, named, links.to(named, message.destination)) for [(label, named)] in message.buttons]
    buttons = [(label, url) for label, named, url in rows if named != Target.UNSUBSCRIBE]
    stops = [(label, url) for label, named, url in rows if named == Target.UNSUBSCRIBE]
    subject = message.subject or "Stockbell"
    mail = EmailMessage(policy=policy.SMTP)
    mail["Date"] = format_datetime(message.frozen_at)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{message.id}@{sender.domain}>"
    # RFC 3834: autoresponders should not answer.
    mail["Auto-Submitted"] = "auto-generated"
    for _, url in stops:
        # RFC 8058: the mail program shows a button that posts to this address.
        mail["List-Unsubscribe"] = f"<{url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    cid = f"chart.{message.id}@{sender.domain}"
    values = {
        "subject": subject,
        "text": message.text,
        "html": message.html,
        "figures": charts.describe(message.picture) if message.picture and picture else None,
        "cid": cid,
        "buttons": buttons,
        "stops": stops,
        "public_url": links.public_url,
    }
    mail.set_content(filled("mail.txt", **values), cte="quoted-printable")
    mail.add_alternative(filled("mail.html", **values), "html", cte="quoted-printable")
    if picture:
        *_, html = mail.iter_parts()
        assert isinstance(html, EmailMessage)
        # The HTML shows it by its Content-ID, so most readers do not list it as an attachment.
        html.add_related(picture, "image", "png", cid=f"<{cid}>", disposition="inline", filename="chart.png")
    return mail
