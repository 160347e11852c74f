"""Signed ids, which serve as tokens in mails.

Mails are frozen in the database before they are sent, and a token stored there could be used by anybody who
reads the database or a backup. So only the id is stored; its token is made with the server's key when the
mail is sent, and is the same each time.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

ID_BYTES, SIGNATURE_BYTES = 16, 32
# A multiple of three bytes needs no padding and has only one spelling.
LENGTH = (ID_BYTES + SIGNATURE_BYTES) // 3 * 4


class Signed(StrEnum):
    """The purpose of a token, which its signature covers."""

    VERIFY = "verify"
    RESET = "reset"
    INVITATION = "invitation"
    MAILBOX = "mailbox"


def token(key: bytes, kind: Signed, id_: UUID) -> str:
    """Return the token of an id: 64 characters with a 256-bit signature."""
    return base64.urlsafe_b64encode(id_.bytes + _signature(key, kind, id_)).decode()


def read(keys: Sequence[bytes], kind: Signed, text: str) -> UUID | None:
    """Return the id of a token signed with one of the keys, else None."""
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
    """Return the digest under which a random token is stored."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
