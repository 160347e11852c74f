"""A frozen mail as it goes to the mail server: RFC 5322, with a text and an HTML part."""

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
    """Return the mail. It is the same for each repeat, its Message-ID included, so that it can be told apart.

    `picture` is its chart as PNG, which its HTML part shows; its text part says the figures in words.

    Raises ValueError for a subject that no header can hold.
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
    # RFC 3834: nothing that answers by itself should answer this.
    mail["Auto-Submitted"] = "auto-generated"
    for _, url in stops:
        # RFC 8058: the mail program shows a button, and posts to this address when it is pressed.
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
        _add_beside_html(mail, picture, cid)
    return mail


def _add_beside_html(mail: EmailMessage, picture: bytes, cid: str) -> None:
    """Add a picture that the HTML shows by its Content-ID, and that is no attachment to most readers."""
    *_, html = mail.iter_parts()
    assert isinstance(html, EmailMessage)
    html.add_related(picture, "image", "png", cid=f"<{cid}>", disposition="inline", filename="chart.png")
