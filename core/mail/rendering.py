"""A frozen mail as it goes to the mail server: RFC 5322, with a text and an HTML part."""

from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from string import Template

from core.mail.links import MailLinks, Target
from core.wording import charts
from core.wording.channels import Outgoing

# No colours but the button's: a client in dark mode chooses the others.
_HTML = Template("""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>$subject</title></head>
<body style="margin: 0; padding: 24px 16px; font: 16px/1.5 system-ui, 'Segoe UI', Roboto, sans-serif">
<div style="max-width: 34em; margin: 0 auto; overflow-wrap: anywhere">
$body
$picture
$buttons
<p style="margin-top: 32px; font-size: 13px; opacity: .75">$footer</p>
</div>
</body>
</html>
""")
_BUTTON = Template(
    '<p style="margin: 24px 0"><a href="$url" style="display: inline-block; padding: 10px 18px; '
    "border-radius: 8px; background: #0e7490; color: #ffffff; text-decoration: none; "
    'font-weight: 600">$label</a></p>'
)


_PICTURE = Template(
    '<p style="margin: 24px 0"><img src="cid:$cid" alt="$alt" width="544" '
    'style="display: block; width: 100%; max-width: 544px; height: auto; border-radius: 12px"></p>'
)


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
    mail = EmailMessage(policy=policy.SMTP)
    mail["Date"] = format_datetime(message.frozen_at)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = message.subject or "Stockbell"
    mail["Message-ID"] = f"<{message.id}@{sender.domain}>"
    # RFC 3834: nothing that answers by itself should answer this.
    mail["Auto-Submitted"] = "auto-generated"
    for _, url in stops:
        # RFC 8058: the mail program shows a button, and posts to this address when it is pressed.
        mail["List-Unsubscribe"] = f"<{url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    figures = charts.describe(message.picture) if message.picture and picture else None
    parts = [
        message.text,
        *([figures] if figures else []),
        *(f"{label}:\n{url}" for label, url in (*buttons, *stops)),
        links.public_url,
    ]
    mail.set_content("\n\n".join(parts) + "\n", cte="quoted-printable")
    cid = f"chart.{message.id}@{sender.domain}"
    shown = _PICTURE.substitute(cid=escape(cid), alt=escape(figures)) if figures else ""
    html = _html(message, shown, buttons, stops, links.public_url)
    mail.add_alternative(html, "html", cte="quoted-printable")
    if picture:
        _add_beside_html(mail, picture, cid)
    return mail


def _add_beside_html(mail: EmailMessage, picture: bytes, cid: str) -> None:
    """Add a picture that the HTML shows by its Content-ID, and that is no attachment to most readers."""
    *_, html = mail.iter_parts()
    assert isinstance(html, EmailMessage)
    html.add_related(picture, "image", "png", cid=f"<{cid}>", disposition="inline", filename="chart.png")


def _html(
    message: Outgoing,
    picture: str,
    buttons: list[tuple[str, str]],
    stops: list[tuple[str, str]],
    public_url: str,
) -> str:
    stopping = [f'<a href="{escape(url)}" style="color: inherit">{escape(label)}</a>' for label, url in stops]
    return _HTML.substitute(
        subject=escape(message.subject or "Stockbell"),
        body=message.html or f"<p>{escape(message.text)}</p>",
        picture=picture,
        buttons="\n".join(_BUTTON.substitute(label=escape(label), url=escape(url)) for label, url in buttons),
        footer=" · ".join([escape(public_url), *stopping]),
    )
