"""Ids that travel by mail, signed, so that whoever shows one was given it.

A mail is frozen in the database before it is sent, and a token that stood there could be used by whoever
reads the database, or a backup of it. So only the id is kept; the token is made from it and the server's key
at the moment in which the mail is sent, the same each time.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

ID_BYTES, SIGNATURE_BYTES = 16, 32
# Both together are a multiple of three bytes: no padding, and one spelling only.
LENGTH = (ID_BYTES + SIGNATURE_BYTES) // 3 * 4


class Signed(StrEnum):
    """What the id is of, which its signature covers: a token is good for one purpose only."""

    VERIFY = "verify"
    RESET = "reset"
    INVITATION = "invitation"
    MAILBOX = "mailbox"


def token(key: bytes, kind: Signed, id_: UUID) -> str:
    """Return the token of an id: 64 characters, 256 bits of which nobody can guess."""
    return base64.urlsafe_b64encode(id_.bytes + _signature(key, kind, id_)).decode()


def read(keys: Sequence[bytes], kind: Signed, text: str) -> UUID | None:
    """Return the id of a token that was signed with one of the keys, else None."""
    try:
        raw = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != ID_BYTES + SIGNATURE_BYTES or len(text) != LENGTH:
        return None
    id_ = UUID(bytes=raw[:ID_BYTES])
    given = raw[ID_BYTES:]
    return id_ if any(hmac.compare_digest(given, _signature(key, kind, id_)) for key in keys) else None


def _signature(key: bytes, kind: Signed, id_: UUID) -> bytes:
    return hmac.digest(key, b"signed id:" + kind.encode() + b":" + id_.bytes, hashlib.sha256)


def digest(token: str) -> str:
    """Return what is kept of a random token, which nobody can guess: a plain digest to look it up by."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
