"""Where the sandbox may listen. Imports neither aiogram nor fastapi."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this computer and nobody else's: localhost, 127.0.0.0/8, ::1."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def check_bind(host: str) -> None:
    """Raise ValueError if other computers could reach the sandbox at this address."""
    if not is_loopback(host):
        raise ValueError(
            f"The Telegram sandbox listens on this computer only, not on {host!r}: "
            "everybody who reaches it can write in anybody's name. Use 127.0.0.1."
        )
