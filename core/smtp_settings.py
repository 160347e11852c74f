"""Mail settings: the server, the sender, and the base of links.

Errors never quote the value, which may hold a password.
"""

from dataclasses import dataclass, field
from email.utils import getaddresses
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from core import emails
from core.errors import Invalid

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
FORM = (
    "SMTP_URL: must look like smtp://user:password@mail.example.com:587?starttls or "
    "smtps://user:password@mail.example.com:465, with user and password percent-encoded"
)


class Encryption(StrEnum):
    """none: plain text. starttls: encrypted after connecting. tls: encrypted from the start."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


# RFC 5321 section 4.5.4.2, RFC 6409 section 3.1, RFC 8314 section 3.3.
PORTS = {Encryption.NONE: 25, Encryption.STARTTLS: 587, Encryption.TLS: 465}


@dataclass(frozen=True)
class SmtpServer:
    """A mail server, and the login for it."""

    host: str
    port: int
    encryption: Encryption
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def server(url: str) -> SmtpServer:
    """Return the server of an SMTP_URL. Raises ValueError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(FORM) from None
    encryption = {
        ("smtp", ""): Encryption.NONE,
        ("smtp", "starttls"): Encryption.STARTTLS,
        ("smtps", ""): Encryption.TLS,
    }.get((parts.scheme, parts.query))
    if encryption is None or not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError(FORM)
    if (parts.username is None) != (parts.password is None):
        raise ValueError("SMTP_URL: needs both a user and a password, or neither")
    if parts.password and encryption is Encryption.NONE and parts.hostname not in LOOPBACK:
        raise ValueError("SMTP_URL: a password needs smtps:// or ?starttls, to keep it secret on the way")
    user, password = (None if part is None else unquote(part) for part in (parts.username, parts.password))
    return SmtpServer(parts.hostname, port or PORTS[encryption], encryption, user or None, password)


def sender(text: str) -> tuple[str, str]:
    """Return the name (may be empty) and the address of a MAIL_FROM. Raises ValueError."""
    found = getaddresses([text])
    try:
        if len(found) != 1 or not text.isprintable():
            raise ValueError
        [(name, address)] = found
        return name, emails.valid(address)
    except (Invalid, ValueError):
        raise ValueError(
            "MAIL_FROM: must be an address such as stockbell@example.com or Stockbell <stockbell@example.com>"
        ) from None


def public_url(text: str, *, https: bool) -> str:
    """Return a PUBLIC_URL without a trailing slash; empty stays empty. Raises ValueError."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        wrong = not parts.hostname or parts.query or parts.fragment or parts.username or " " in text
    except ValueError:
        wrong = True
    if wrong or not text.isprintable() or parts.scheme not in ({"https"} if https else {"https", "http"}):
        insists = "; production needs https" if https else ""
        raise ValueError(f"PUBLIC_URL: must be an address such as https://stockbell.example.com{insists}")
    return text.rstrip("/")
