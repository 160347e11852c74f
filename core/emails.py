"""Email addresses, as RFC 5321 and 5322 allow them."""

from email.headerregistry import Address

from email_validator import EmailNotValidError, validate_email

from core.errors import Invalid


def valid(address: str) -> str:
    """Return the normalized address, without asking the network. Raises Invalid."""
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Invalid("email must be an address such as alice@example.com.", "email") from None


def for_mail(address: str, name: str = "") -> Address:
    """Return a valid address as mails carry it, its domain in ASCII (RFC 5890)."""
    parts = validate_email(address, check_deliverability=False)
    return Address(name, parts.local_part, parts.ascii_domain)
