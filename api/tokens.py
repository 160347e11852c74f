"""Access tokens: JWTs signed with HS256, valid for fifteen minutes, and nothing but that."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
from jwt.types import Options

from core import clock
from core.config import SHORTEST_SECRET
from core.errors import ConfigurationError, Unauthenticated

LIFETIME = timedelta(minutes=15)
# Whole seconds: a claim may be larger than any float.
LIFETIME_S = int(LIFETIME.total_seconds())
ALGORITHM = "HS256"
ISSUER = "stockbell"
AUDIENCE = "stockbell-web"
KIND = "access"
CLAIMS = ["sub", "iat", "exp", "iss", "aud", "typ"]
# Ours have about 350 characters.
LONGEST = 1024
# The clocks of two machines that share a key may differ by so much.
SKEW_S = 60
# RFC 7515 section 7.1: three parts, none of them padded.
COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
INVALID = "The access token is not valid. Please sign in again."


class AccessTokens:
    """Issues tokens with one key, and checks them by it and by those that were used before.

    A token names its key, so that each is checked with one key only. Raises ConfigurationError when a key is
    too short.
    """

    def __init__(self, key: bytes, previous: Sequence[bytes] = ()) -> None:
        for name, secret in (("JWT_SECRET", key), *(("JWT_PREVIOUS_SECRETS", old) for old in previous)):
            if len(secret) < SHORTEST_SECRET:
                raise ConfigurationError(f"{name}: must have at least {SHORTEST_SECRET} bytes.")
        self._key, self._key_id = key, key_id(key)
        self._keys = {key_id(each): each for each in (*previous, key)}

    def issue(self, user_id: UUID) -> str:
        """Return a token for a person."""
        now = clock.utcnow()
        claims = {
            "sub": str(user_id),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "iss": ISSUER,
            "aud": AUDIENCE,
            "typ": KIND,
        }
        return jwt.encode(claims, self._key, ALGORITHM, {"kid": self._key_id})

    def verify(self, token: str) -> UUID:
        """Return whose token it is. Raises Unauthenticated."""
        try:
            claims = self._read(token)
            user_id = UUID(claims["sub"])
        except (jwt.PyJWTError, ValueError, KeyError):
            raise Unauthenticated(INVALID) from None
        if claims["typ"] != KIND:
            raise Unauthenticated("This is no access token. Please sign in again.")
        if not _is_ours(claims) or claims["sub"] != str(user_id):
            raise Unauthenticated(INVALID)
        if claims["exp"] <= clock.utcnow().timestamp():
            raise Unauthenticated("The access token has expired. Refresh it or sign in again.")
        return user_id

    def _read(self, token: str) -> dict[str, Any]:
        """Return what a token says that one of our keys signed."""
        if len(token) > LONGEST or not COMPACT.fullmatch(token):
            raise ValueError("no compact token of ours")
        header = jwt.get_unverified_header(token)
        key = self._keys[str(header.get("kid"))]
        # Whatever else a header may ask for (crit, b64, jwk, jku, x5u ...), no token of ours asks for it.
        if header != {"alg": ALGORITHM, "typ": "JWT", "kid": key_id(key)}:
            raise ValueError("no header of ours")
        # The library reads the system's clock; the project has one of its own.
        options: Options = {"require": CLAIMS, "verify_exp": False, "verify_iat": False}
        claims: dict[str, Any] = jwt.decode(
            token, key, [ALGORITHM], options, issuer=ISSUER, audience=AUDIENCE
        )
        return claims


def key_id(key: bytes) -> str:
    """Return the name of a key, which tells nothing else about it."""
    return hashlib.sha256(b"access token key:" + key).hexdigest()[:8]


def _is_ours(claims: Mapping[str, object]) -> bool:
    """Return whether the claims have the form and the lifetime that we give them."""
    issued, expires = claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int or claims["aud"] != AUDIENCE:
        return False
    return issued <= clock.utcnow().timestamp() + SKEW_S and expires <= issued + LIFETIME_S
