"""Forged, borrowed and broken access tokens; and keys that change."""

import jwt
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.tokens import AccessTokens
from core.config import Settings
from core.db import Database
from core.errors import ConfigurationError
from core.wake import Wake
from tests.api.forgeries import FORGERIES, Forger
from tests.support.people import Person
from tests.support.serving import serving

# Nothing of this depends on the database.

NEW, OLD, OLDER = (SecretStr(f"the {age} secret, 32 bytes or more of it") for age in ("new", "old", "older"))


async def test_only_a_token_that_we_signed_for_this_purpose_is_taken(
    alice: Person, settings: Settings
) -> None:
    forger = Forger(alice.user_id, settings.signing_key())
    alice.carry(forger.token())
    assert (await alice.get("/auth/me"))["userId"] == alice.user_id

    assert len(FORGERIES) >= 60
    forged = {name: forge(forger) for name, forge in FORGERIES.items()}
    forged["a refresh token of ours"] = alice.refresh_token
    for why, token in forged.items():
        header = {b"Authorization": f"Bearer {token}".encode("latin-1", "replace")}
        response = await alice.http.get("/auth/me", headers=header)
        assert response.status_code == 401, why
        assert response.json()["error"] == "AUTHENTICATION_ERROR", why
        assert response.headers["WWW-Authenticate"] == "Bearer", why


async def test_a_token_belongs_in_its_header_after_its_scheme(alice: Person) -> None:
    for header in ("", "Bearer", f"Basic {alice.token}", alice.token, f"Bearer Bearer {alice.token}"):
        response = await alice.call("GET", "/auth/me", headers={"Authorization": header})
        assert response.status_code == 401, header
        assert response.headers["WWW-Authenticate"] == "Bearer"
    by_query = await alice.http.get(
        "/auth/me", params={"access_token": alice.token}, headers={"Authorization": ""}
    )
    assert by_query.status_code == 401


async def test_a_token_of_somebody_without_an_account_is_worth_nothing(
    alice: Person, settings: Settings
) -> None:
    alice.carry(Forger("5b1c6f0e-0000-4000-8000-000000000000", settings.signing_key()).token())
    await alice.get("/auth/me", expect=401)
    await alice.get(alice.home, expect=403)


async def test_a_secret_can_be_changed_without_signing_anybody_out(
    settings: Settings, database: Database, wake: Wake
) -> None:
    async def status(token: str, secret: SecretStr, *previous: SecretStr) -> int:
        keys = {"jwt_secret": secret, "jwt_previous_secrets": list(previous)}
        app = create_app(settings.model_copy(update=keys), database, wake)
        async with serving(app) as url, Person(url, "Alice") as alice:
            alice.carry(token)
            return (await alice.call("GET", "/auth/me")).status_code

    old_app = create_app(settings.model_copy(update={"jwt_secret": OLD}), database, wake)
    async with serving(old_app) as url, Person(url, "Alice") as alice:
        await alice.register()
    assert await status(alice.token, NEW, OLDER, OLD) == 200
    assert await status(alice.token, NEW, OLDER) == 401
    assert await status(alice.token, NEW) == 401

    async with serving(
        create_app(
            settings.model_copy(update={"jwt_secret": NEW, "jwt_previous_secrets": [OLD]}), database, wake
        )
    ) as url:
        login = {"email": "alice@example.com", "password": "correct horse battery"}
        async with Person(url, "Alice") as alice:
            fresh = (await alice.post("/auth/login", login))["accessToken"]
    # From now on only the new one signs.
    assert await status(fresh, NEW) == 200
    assert await status(fresh, OLD) == 401
    key = NEW.get_secret_value()
    assert key not in str(jwt.get_unverified_header(fresh))


@pytest.mark.parametrize("keys", [(b"short", []), (b"x" * 32, [b"short"])])
def test_a_short_key_is_refused(keys: tuple[bytes, list[bytes]], database_url: str) -> None:
    with pytest.raises(ConfigurationError, match="32"):
        AccessTokens(*keys)
