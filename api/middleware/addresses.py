"""Where a request comes from, seen through trusted proxies, and what counts as one client."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

# A provider's customer gets at least a /64 (RFC 6177) and can use any address in it.
ONE_CLIENT_BITS = 64
MAPPED_BITS = 96
UNKNOWN = "unknown"


def behind(app: ASGIApp, proxies: Sequence[str]) -> ASGIApp:
    """Let the application see the client that one of these proxies names; other callers are not believed."""
    trusted = [spelling for proxy in proxies for spelling in _spellings(proxy)]
    # The two packages name the same types differently.
    return ProxyHeadersMiddleware(app, trusted) if trusted else app  # type: ignore[arg-type,return-value]


def _spellings(proxy: str) -> list[str]:
    """Return a network as it is, and as a socket that listens on IPv4 and IPv6 shows it."""
    network = ip_network(proxy)
    if isinstance(network, IPv6Network):
        return [str(network)]
    return [str(network), f"::ffff:{network.network_address}/{MAPPED_BITS + network.prefixlen}"]


def client(scope: Scope) -> str:
    """Return the client's address, or "unknown" when a proxy sent something else."""
    return str(_address(scope) or UNKNOWN)


def group(scope: Scope) -> str:
    """Return what counts as one client when tries are limited: an IPv4 address or an IPv6 network."""
    address = _address(scope)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), ONE_CLIENT_BITS), strict=False))
    return str(address or UNKNOWN)


def _address(scope: Scope) -> IPv4Address | IPv6Address | None:
    host = (scope.get("client") or ("",))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        # Without the zone after %, which may be any text.
        return address.ipv4_mapped or IPv6Address(int(address))
    return address
