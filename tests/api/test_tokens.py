"""Forged, borrowed and broken access tokens."""

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest

from api.tokens import AccessTokens
from core import clock
from core.config import Settings
from core.errors import ConfigurationError
from tests.support.people import Person


def claims_for(user_id: str, **changed: Any) -> dict[str, Any]:
    """Return what a good token says, but for some changes; None leaves a claim out."""
    now = clock.utcnow()
    good = {
        "sub": user_id,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        "iss": "stockbell",
        "aud": "stockbell-web",
        "typ": "access",
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def unsigned(claims: dict[str, Any]) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_only_a_token_that_we_signed_for_this_purpose_is_taken(
    alice: Person, settings: Settings
) -> None:
    key, other_key = settings.signing_key(), b"another secret, which is long enough, too"

    def signed(with_key: bytes = key, algorithm: str = "HS256", **changed: Any) -> str:
        return jwt.encode(claims_for(alice.user_id, **changed), with_key, algorithm)

    alice.carry(signed())
    assert (await alice.get("/auth/me"))["userId"] == alice.user_id

    good = signed()
    forged = {
        "another key": signed(other_key),
        "another algorithm": signed(key + key, "HS512"),
        "no algorithm": unsigned(claims_for(alice.user_id)),
        "no signature": good.rpartition(".")[0] + ".",
        "a changed payload": ".".join([good.split(".")[0], unsigned(claims_for("x")).split(".")[1], "x"]),
        "expired": signed(exp=1),
        "no expiry": signed(exp=None),
        "no start": signed(iat=None),
        "an expiry that is no number": signed(exp="tomorrow"),
        "an endless expiry": signed(exp="Infinity"),
        "no kind": signed(typ=None),
        "a refresh token": signed(typ="refresh"),
        "another audience": signed(aud="somebody else"),
        "another issuer": signed(iss="somebody else"),
        "nobody": signed(sub=None),
        "no id": signed(sub="Alice"),
        "a deep header": base64.urlsafe_b64encode(b"[" * 30_000).decode() + ".e30.x",
        "nonsense": "nonsense",
        "a refresh token of ours": alice.refresh_token,
    }
    for why, token in forged.items():
        response = await alice.call("GET", "/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 401, why
        assert response.json()["error"] == "AUTHENTICATION_ERROR", why
        assert response.headers["WWW-Authenticate"] == "Bearer"
    for header in ("", "Bearer", f"Basic {good}", good):
        response = await alice.call("GET", "/auth/me", headers={"Authorization": header})
        assert response.status_code == 401, header


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_token_of_somebody_without_an_account_is_worth_nothing(
    alice: Person, settings: Settings
) -> None:
    stranger = "5b1c6f0e-0000-4000-8000-000000000000"
    alice.carry(jwt.encode(claims_for(stranger), settings.signing_key(), "HS256"))
    await alice.get("/auth/me", expect=401)
    await alice.get(alice.home, expect=403)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="32"):
        AccessTokens(b"too short")
