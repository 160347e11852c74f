"""Access tokens: JWTs signed with HS256, valid for fifteen minutes, and nothing but that."""

from datetime import timedelta
from uuid import UUID

import jwt

from core import clock
from core.config import SHORTEST_SECRET
from core.errors import ConfigurationError, Unauthenticated

LIFETIME = timedelta(minutes=15)
ALGORITHM = "HS256"
ISSUER = "stockbell"
AUDIENCE = "stockbell-web"
KIND = "access"
CLAIMS = ["sub", "iat", "exp", "iss", "aud", "typ"]


class AccessTokens:
    """Issues and checks the tokens of one key. Raises ConfigurationError when the key is too short."""

    def __init__(self, key: bytes) -> None:
        if len(key) < SHORTEST_SECRET:
            raise ConfigurationError(f"JWT_SECRET: must have at least {SHORTEST_SECRET} bytes.")
        self._key = key

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
        return jwt.encode(claims, self._key, ALGORITHM)

    def verify(self, token: str) -> UUID:
        """Return whose token it is. Raises Unauthenticated."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                # The library reads the system's clock; the project has one of its own.
                options={"require": CLAIMS, "verify_exp": False, "verify_iat": False},
            )
            expires, kind, user_id = int(claims["exp"]), claims["typ"], UUID(claims["sub"])
        except (jwt.PyJWTError, ValueError, TypeError):
            raise Unauthenticated("The access token is not valid. Please sign in again.") from None
        if kind != KIND:
            raise Unauthenticated("This is no access token. Please sign in again.")
        if expires <= clock.utcnow().timestamp():
            raise Unauthenticated("The access token has expired. Refresh it or sign in again.")
        return user_id
