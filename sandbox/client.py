"""A typed client of the control API, for tests and the demo. It loads fast: without aiogram and fastapi."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, ClientTimeout

from sandbox.records import (
    Acceptance,
    Answer,
    ApiCall,
    ChatMessage,
    FaultKind,
    GroupChange,
    OutageCall,
    OutageKind,
    Pressed,
    read_message,
)

__all__ = [
    "Acceptance",
    "Answer",
    "ChatMessage",
    "FaultKind",
    "GroupChange",
    "OutageKind",
    "SandboxClient",
    "SandboxClientError",
]


class SandboxClientError(Exception):
    """The sandbox refused, with an HTTP status and a sentence."""

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
        """Give a person a phone; a second call only renames them."""
        await self._post(
            "/people", id=person_id, first_name=first_name, username=username, language_code=language_code
        )

    async def add_group(self, group_id: int, title: str, members: Sequence[int]) -> None:
        """Make a group (a negative id) with the bot and these people; a second call adds the members."""
        await self._post("/groups", id=group_id, title=title, members=list(members))

    async def write(self, person_id: int, text: str, chat_id: int | None = None) -> ChatMessage:
        """Send a text to the bot, or to the group `chat_id`."""
        return read_message(await self._post(f"/people/{person_id}/write", text=text, chat_id=chat_id))

    async def press(self, person_id: int, message_id: int, data_or_label: str) -> Pressed:
        """Press a button, by its callback data or its label."""
        body = await self._post(f"/people/{person_id}/press", message_id=message_id, button=data_or_label)
        return Pressed(**body)

    async def block(self, person_id: int) -> None:
        """Block the bot."""
        await self._post(f"/people/{person_id}/block")

    async def unblock(self, person_id: int) -> None:
        """Unblock the bot."""
        await self._post(f"/people/{person_id}/unblock")

    async def deactivate(self, person_id: int) -> None:
        """Delete the person's account for good."""
        await self._post(f"/people/{person_id}/deactivate")

    async def migrate_group(self, group_id: int) -> int:
        """Turn a group into a supergroup and return its new id."""
        new_id: int = (await self._post(f"/groups/{group_id}/migrate"))["id"]
        return new_id

    async def change_group(self, group_id: int, change: GroupChange) -> None:
        """Kick, remove, silence or restore the bot, or delete the group."""
        await self._post(f"/groups/{group_id}/{change}")

    async def state(self) -> dict[str, Any]:
        """The bot, the people with their groups and command menus, and whether flood limits are on."""
        body: dict[str, Any] = await self._request("GET", "/state")
        return body

    async def transcript(self, person_id: int, chat_id: int | None = None) -> list[ChatMessage]:
        """All messages of a person's chat with the bot, or of a group, oldest first."""
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
        """The bot's first message with an id above `after` that contains a text or satisfies a predicate.

        Waits up to `timeout` seconds for such a message or edit, then raises TimeoutError.
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
                raise TimeoutError(f"In {timeout} s no message matched {what}. The chat ends with:\n{seen}")
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
        """Make the next `count` calls (of one method, to one chat) fail; see sandbox.faults.fault.Fault."""
        await self._post(
            "/faults", kind=kind, count=count, method=method, chat=chat, retry_after=retry_after, hang=hang
        )

    async def clear_faults(self) -> None:
        """Drop the faults that have not happened yet."""
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
        """Make these shares (fractions of 1) of the calls fail from now on, drawn from a seed."""
        await self._post(
            "/plan", seed=seed, shares=dict(shares), methods=list(methods), retry_after=retry_after, hang=hang
        )

    async def stop_plan(self) -> dict[str, int]:
        """Stop the faults by share and return how often each happened."""
        await self._request("DELETE", "/plan")
        return await self.happened()

    async def happened(self) -> dict[str, int]:
        """How often each fault of the latest plan has happened; empty if there was no plan."""
        report = await self._request("GET", "/plan")
        return dict(report["happened"]) if report else {}

    async def begin_outage(self, kind: OutageKind = "html_502") -> None:
        """Take Telegram down: refuse every call in this way."""
        await self._post("/outage", kind=kind)

    async def end_outage(self) -> list[OutageCall]:
        """Bring Telegram back up and return the calls refused meanwhile."""
        await self._request("DELETE", "/outage")
        return await self.outage_calls()

    async def outage_calls(self) -> list[OutageCall]:
        """The calls of the latest outage, in order."""
        return [OutageCall(**raw) for raw in (await self._request("GET", "/outage"))["calls"]]

    async def acceptances(self, after: int = 0) -> list[Acceptance]:
        """Every message that the sandbox accepted from the bot with a number above `after`, in order."""
        found: list[Acceptance] = []
        while True:
            raw = await self._request("GET", "/acceptances", params={"after": after})
            if not raw:
                return found
            found += [Acceptance(**one) for one in raw]
            after = found[-1].number

    async def limits(self, enabled: bool) -> None:
        """Switch the flood limits on or off."""
        await self._post("/limits", enabled=enabled)

    async def calls(self, method: str | None = None) -> list[ApiCall]:
        """Every Bot API call received, or those of one method, in order."""
        query = {} if method is None else {"method": method}
        return [ApiCall(**raw) for raw in await self._request("GET", "/calls", params=query)]

    async def wait_for_call(
        self,
        is_wanted: Callable[[ApiCall], bool],
        timeout: float = 60.0,  # noqa: ASYNC109 -- as in wait_for
    ) -> ApiCall:
        """The first call that satisfies a predicate; looks every 20 ms. Raises TimeoutError."""
        end = time.monotonic() + timeout
        while True:
            for call in await self.calls():
                if is_wanted(call):
                    return call
            if time.monotonic() > end:
                raise TimeoutError(f"In {timeout} s no call matched.")
            await asyncio.sleep(0.02)
