"""ETags: an item's version in HTTP (RFC 9110 section 8.8.3)."""

import re

from core.errors import DomainError, Invalid

_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*')
_VERSION = re.compile(r"[1-9][0-9]{0,8}")
# For the OpenAPI document, whose regular expressions are JavaScript's.
PATTERN = r'^(W/)?"[^"]*"$'
# Versions begin at 1.
NEVER = 0


class PreconditionRequired(DomainError):
    """A change does not say which version it was made from (RFC 6585 section 3)."""


def of(version: int) -> str:
    """Return the ETag of a version."""
    return f'W/"{version}"'


def wanted_version(if_match: str | None) -> int | None:
    """Return the version that If-Match asks for; None for `*`, which matches any.

    A quoted value that is no version gives NEVER. Raises PreconditionRequired without the header, and
    Invalid when it is not one quoted value.
    """
    if if_match is None:
        raise PreconditionRequired(
            'Send If-Match with the ETag that you read, such as W/"3", so that no change is lost.'
        )
    if if_match.strip() == "*":
        return None
    tag = _TAG.fullmatch(if_match)
    if tag is None:
        raise Invalid('If-Match must be one quoted ETag, such as W/"3".', "If-Match")
    return int(tag[1]) if _VERSION.fullmatch(tag[1]) else NEVER
