"""Alice, Bob and Charlie, each with an HTTP client of their own."""

from collections.abc import Mapping
from functools import cache
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import httpx
from sqlalchemy.orm import Session

from api.tokens import AccessTokens
from core.accounts import sign_ins
from core.accounts.passwords import Passwords
from core.accounts.sign_ins import SignIn
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database
from core.households import invitations, registration
from core.households.registration import Registered
from core.models import Role

PASSWORD = "correct horse battery"
API = "/api/v1"


@cache
def _hashed(memory_mib: int) -> str:
    return Passwords(memory_mib).hash(PASSWORD)


def _register(session: Session, email: str, password_hash: str, name: str) -> tuple[Registered, SignIn]:
    made = registration.register(session, email, password_hash, name, "Europe/Berlin")
    return made, sign_ins.open_family(session, made.account.id)


def _join(session: Session, host: UUID, household_id: UUID, email: str, guest: UUID) -> None:
    invitation = invitations.invite(session, Actor(host, Face.WEB), household_id, email, Role.MEMBER)
    invitations.accept(session, Actor(guest, Face.WEB), household_id, invitation.id)


class Person:
    """Somebody who uses the web API. Paths are relative to /api/v1; calls carry their token."""

    def __init__(self, base_url: str, name: str) -> None:
        self.name = name
        self.email = f"{name.lower()}@example.com"
        self.base_url = base_url
        # Nothing is encrypted here, and to read all the certificates of the world takes long.
        self.http = httpx.AsyncClient(base_url=base_url + API, timeout=120, verify=False)
        self.user_id = ""
        self.household_id = ""
        """Where they live: at first the household that was made with the account."""
        self.refresh_token = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    @property
    def token(self) -> str:
        """The access token."""
        return str(self.http.headers.get("Authorization", "")).removeprefix("Bearer ")

    def carry(self, token: str) -> None:
        """Send this access token from now on."""
        self.http.headers["Authorization"] = f"Bearer {token}"

    async def register(self, timezone: str = "Europe/Berlin") -> dict[str, Any]:
        """Make an account and sign in with it."""
        body = {
            "email": self.email,
            "password": PASSWORD,
            "displayName": self.name,
            "timezone": timezone,
        }
        answer: dict[str, Any] = await self.post("/auth/register", body, expect=201)
        self.user_id, self.household_id = answer["userId"], answer["defaultHouseholdId"]
        self.refresh_token = answer["refreshToken"]
        self.carry(answer["accessToken"])
        return answer

    async def move_in(self, database: Database, settings: Settings) -> None:
        """Do what `register` does, without the way over the web, which has tests of its own."""
        password_hash = _hashed(settings.password_memory_mib)
        made, tokens = await database.write(_register, self.email, password_hash, self.name)
        self.user_id, self.household_id = str(made.account.id), str(made.household_id)
        self.refresh_token = tokens.refresh_token
        self.carry(AccessTokens(settings.signing_key()).issue(made.account.id))

    async def join(self, other: "Person", database: Database) -> None:
        """Do what an invitation by the other and its acceptance do, without the way over the web."""
        await database.write(
            _join, UUID(other.user_id), UUID(other.household_id), self.email, UUID(self.user_id)
        )
        self.household_id = other.household_id

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Call and return the response as it is; None sends no body."""
        if body is not None:
            options["json"] = body
        return await self.http.request(method, path, **options)

    async def get(self, path: str, params: Mapping[str, Any] | None = None, *, expect: int = 200) -> Any:
        return self._answer(await self.call("GET", path, params=params), expect)

    async def post(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        return self._answer(await self.call("POST", path, body), expect)

    async def put(self, path: str, body: Any, *, expect: int = 200) -> Any:
        return self._answer(await self.call("PUT", path, body), expect)

    async def patch(self, path: str, body: Any, *, version: int | str, expect: int = 200) -> Any:
        """Change a thing that has this version; a text is sent as the whole If-Match header."""
        tag = f'W/"{version}"' if isinstance(version, int) else version
        return self._answer(await self.call("PATCH", path, body, headers={"If-Match": tag}), expect)

    async def delete(self, path: str, *, expect: int = 204) -> Any:
        return self._answer(await self.call("DELETE", path), expect)

    def _answer(self, response: httpx.Response, expect: int) -> Any:
        assert response.status_code == expect, (
            f"{response.request.method} {response.request.url.path} answered "
            f"{response.status_code}, not {expect}: {response.text}"
        )
        return response.json() if response.content else None

    @property
    def home(self) -> str:
        """The path of their household."""
        return f"/households/{self.household_id}"

    async def add_item(self, name: str = "Milk", quantity: float = 2, **more: Any) -> dict[str, Any]:
        """Put an item into their household and return it."""
        body = {"name": name, "quantity": quantity, "unit": "l", **more}
        item: dict[str, Any] = await self.post(f"{self.home}/items", body, expect=201)
        return item

    async def invite(self, other: "Person", role: str = "member") -> None:
        """Invite somebody, who accepts: from now on they live in this household."""
        invitation = await self.post(f"{self.home}/members", {"email": other.email, "role": role}, expect=201)
        await other.post(f"{self.home}/invitations/{invitation['invitationId']}/accept")
        other.household_id = self.household_id
