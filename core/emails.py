"""Email addresses, as RFC 5321 and 5322 allow them."""

from email.headerregistry import Address

from email_validator import EmailNotValidError, validate_email

from core.errors import Invalid


def valid(address: str) -> str:
    """Return the address in its normal form. Raises Invalid; does not ask the network."""
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Invalid("email must be an address such as alice@example.com.", "email") from None


def for_mail(address: str, name: str = "") -> Address:
    """Return a valid address as mails carry it: its domain is in ASCII (RFC 5890)."""
    valid_one = validate_email(address, check_deliverability=False)
    return Address(name, valid_one.local_part, valid_one.ascii_domain)
