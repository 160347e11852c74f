"""Entity tags: an item's version, as HTTP spells it (RFC 9110 section 8.8.3)."""

import re

from core.errors import DomainError, Invalid

_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*')
_VERSION = re.compile(r"[1-9][0-9]{0,8}")
# Of one tag in the OpenAPI document, where a regular expression is JavaScript's.
PATTERN = r'^(W/)?"[^"]*"$'
# Versions begin at 1.
NEVER = 0


class PreconditionRequired(DomainError):
    """A change must say which version it is made from (RFC 6585 section 3)."""


def of(version: int) -> str:
    """Return the ETag of a version."""
    return f'W/"{version}"'


def wanted_version(if_match: str | None) -> int | None:
    """Return the version that If-Match asks for; None for `*`, which means whatever there is.

    A quoted value that no version has becomes NEVER. Raises PreconditionRequired without the header, and
    Invalid when it is not one quoted value.
    """
    if if_match is None:
        raise PreconditionRequired(
            'Send If-Match with the ETag that you read, such as W/"3", so that nobody\'s change is lost.'
        )
    if if_match.strip() == "*":
        return None
    tag = _TAG.fullmatch(if_match)
    if tag is None:
        raise Invalid('If-Match must be one quoted ETag, such as W/"3".', "If-Match")
    return int(tag[1]) if _VERSION.fullmatch(tag[1]) else NEVER
