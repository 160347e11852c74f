"""A typed client of the control API, for tests and for seeding the demo.

Imports neither aiogram nor fastapi, so that it loads at once.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, ClientTimeout

from sandbox.faults.fault import FaultKind
from sandbox.faults.outages import OutageKind
from sandbox.records import (
    Acceptance,
    Answer,
    ApiCall,
    Button,
    ChatMessage,
    GroupChange,
    OutageCall,
    Pressed,
    SentFile,
    read_message,
)

__all__ = [
    "Acceptance",
    "Answer",
    "ApiCall",
    "Button",
    "ChatMessage",
    "FaultKind",
    "GroupChange",
    "OutageCall",
    "OutageKind",
    "Pressed",
    "SandboxClient",
    "SandboxClientError",
    "SentFile",
]


class SandboxClientError(Exception):
    """The sandbox refused: `status` and its sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class SandboxClient:
    """Drives a sandbox: `async with SandboxClient("http://127.0.0.1:8081") as sandbox: ...`."""

    def __init__(self, base_url: str) -> None:
        self._base = f"{base_url.rstrip('/')}/control"
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=ClientTimeout(total=90))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def _request(self, verb: str, path: str, **options: Any) -> Any:
        if self._session is None:
            raise RuntimeError(
                "Use the client as a context manager: async with SandboxClient(...) as sandbox."
            )
        async with self._session.request(verb, f"{self._base}{path}", **options) as answer:
            if answer.status == 204:
                return None
            body = await answer.json()
            if answer.status >= 400:
                raise SandboxClientError(answer.status, str(body["detail"]))
            return body

    async def _post(self, path: str, **body: Any) -> Any:
        return await self._request("POST", path, json=body)

    async def add_person(
        self, person_id: int, first_name: str, username: str | None = None, language_code: str = "en"
    ) -> None:
        """Give somebody a phone; doing it again only renames them."""
        await self._post(
            "/people", id=person_id, first_name=first_name, username=username, language_code=language_code
        )

    async def add_group(self, group_id: int, title: str, members: Sequence[int]) -> None:
        """Make a group (a negative id) with the bot and these people in it; again: adds the members."""
        await self._post("/groups", id=group_id, title=title, members=list(members))

    async def write(self, person_id: int, text: str, chat_id: int | None = None) -> ChatMessage:
        """Send a text to the bot, or with `chat_id` to a group."""
        return read_message(await self._post(f"/people/{person_id}/write", text=text, chat_id=chat_id))

    async def press(self, person_id: int, message_id: int, data_or_label: str) -> Pressed:
        """Press a button, by its callback data or its label."""
        body = await self._post(f"/people/{person_id}/press", message_id=message_id, button=data_or_label)
        return Pressed(**body)

    async def block(self, person_id: int) -> None:
        """Block the bot."""
        await self._post(f"/people/{person_id}/block")

    async def unblock(self, person_id: int) -> None:
        """Let the bot back in."""
        await self._post(f"/people/{person_id}/unblock")

    async def deactivate(self, person_id: int) -> None:
        """Delete somebody's account, for good."""
        await self._post(f"/people/{person_id}/deactivate")

    async def migrate_group(self, group_id: int) -> int:
        """Make a group a supergroup; answers its new id."""
        new_id: int = (await self._post(f"/groups/{group_id}/migrate"))["id"]
        return new_id

    async def change_group(self, group_id: int, change: GroupChange) -> None:
        """Kick the bot out, remove it, silence it, restore it to what it was; or delete the group."""
        await self._post(f"/groups/{group_id}/{change}")

    async def state(self) -> dict[str, Any]:
        """The bot, the people with their groups and command menus, and whether limits are on."""
        body: dict[str, Any] = await self._request("GET", "/state")
        return body

    async def transcript(self, person_id: int, chat_id: int | None = None) -> list[ChatMessage]:
        """All messages of somebody's chat with the bot, or of a group, oldest first."""
        return (await self._transcript(person_id, chat_id))[1]

    async def _transcript(
        self, person_id: int, chat_id: int | None, **waiting: float
    ) -> tuple[int, list[ChatMessage]]:
        query = {**waiting, **({} if chat_id is None else {"chat_id": chat_id})}
        body = await self._request("GET", f"/people/{person_id}/transcript", params=query)
        return body["revision"], [read_message(raw) for raw in body["messages"]]

    async def wait_for(
        self,
        person_id: int,
        wanted: str | Callable[[ChatMessage], bool],
        *,
        after: int = 0,
        timeout: float = 60.0,  # noqa: ASYNC109 -- the error it raises shows the chat
        chat_id: int | None = None,
    ) -> ChatMessage:
        """The first message of the bot with an id above `after` that contains a text or fits a predicate.

        Waits up to `timeout` seconds for it to arrive or to be edited into that; then raises TimeoutError.
        """
        fits = (lambda message: wanted in message.text) if isinstance(wanted, str) else wanted
        end = time.monotonic() + timeout
        revision, messages = await self._transcript(person_id, chat_id, after=after)
        while True:
            for message in messages:
                if message.from_bot and message.id > after and fits(message):
                    return message
            left = end - time.monotonic()
            if left <= 0:
                seen = "\n".join(f"  {m.id} {m.from_name}: {m.text!r} {m.labels()}" for m in messages[-8:])
                what = repr(wanted) if isinstance(wanted, str) else "the predicate"
                raise TimeoutError(f"In {timeout} s no message fitted {what}. The chat ends with:\n{seen}")
            revision, messages = await self._transcript(
                person_id, chat_id, after=after, since=revision, timeout=min(left, 30.0)
            )

    async def inject(
        self,
        kind: FaultKind,
        count: int = 1,
        *,
        method: str | None = None,
        chat: int | None = None,
        retry_after: int = 1,
        hang: float | None = None,
    ) -> None:
        """Make the next `count` calls (of one method, to one chat) suffer; see sandbox.faults.fault.Fault."""
        await self._post(
            "/faults",
            kind=kind,
            count=count,
            method=method,
            chat=chat,
            retry_after=retry_after,
            hang=hang,
        )

    async def clear_faults(self) -> None:
        """Take back the faults that have not happened yet."""
        await self._request("DELETE", "/faults")

    async def plan(
        self,
        seed: int,
        shares: Mapping[FaultKind, float],
        *,
        methods: Sequence[str] = ("sendMessage",),
        retry_after: int = 1,
        hang: float | None = None,
    ) -> None:
        """Let shares (fractions of 1) of the calls suffer from now on, drawn from a seed."""
        await self._post(
            "/plan",
            seed=seed,
            shares=dict(shares),
            methods=list(methods),
            retry_after=retry_after,
            hang=hang,
        )

    async def stop_plan(self) -> dict[str, int]:
        """No more faults by share. Answers how often each of them happened."""
        await self._request("DELETE", "/plan")
        return await self.happened()

    async def happened(self) -> dict[str, int]:
        """How often each fault of the latest plan has happened; nothing if there was none."""
        report = await self._request("GET", "/plan")
        return dict(report["happened"]) if report else {}

    async def begin_outage(self, kind: OutageKind = "html_502") -> None:
        """Telegram is down: refuse every call so."""
        await self._post("/outage", kind=kind)

    async def end_outage(self) -> list[OutageCall]:
        """Telegram is up again. Answers the calls that were refused meanwhile."""
        await self._request("DELETE", "/outage")
        return await self.outage_calls()

    async def outage_calls(self) -> list[OutageCall]:
        """The calls of the latest outage, in order."""
        return [OutageCall(**raw) for raw in (await self._request("GET", "/outage"))["calls"]]

    async def acceptances(self, after: int = 0) -> list[Acceptance]:
        """Every message that the sandbox took from the bot, in order; those above a number."""
        found: list[Acceptance] = []
        while True:
            raw = await self._request("GET", "/acceptances", params={"after": after})
            if not raw:
                return found
            found += [Acceptance(**one) for one in raw]
            after = found[-1].number

    async def limits(self, enabled: bool) -> None:
        """Enforce flood limits from now on, or stop that."""
        await self._post("/limits", enabled=enabled)

    async def calls(self, method: str | None = None) -> list[ApiCall]:
        """Every Bot API call received, in order; or those of one method."""
        query = {} if method is None else {"method": method}
        return [ApiCall(**raw) for raw in await self._request("GET", "/calls", params=query)]

    async def wait_for_call(
        self,
        fits: Callable[[ApiCall], bool],
        timeout: float = 60.0,  # noqa: ASYNC109 -- as wait_for
    ) -> ApiCall:
        """The first call that fits; looks every 20 ms. Raises TimeoutError."""
        end = time.monotonic() + timeout
        while True:
            for call in await self.calls():
                if fits(call):
                    return call
            if time.monotonic() > end:
                raise TimeoutError(f"In {timeout} s no call fitted.")
            await asyncio.sleep(0.02)
