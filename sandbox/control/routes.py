"""The part of the control API with what people do and see; the package lists its calls."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from sandbox.botapi.acceptances import read_acceptances
from sandbox.botapi.profile import menu_of
from sandbox.chats import groups, memberships, people, phones
from sandbox.chats.people import Person
from sandbox.control.running import Running
from sandbox.errors import ControlError
from sandbox.messages.files import find_file
from sandbox.messages.views import view_chat, view_message
from sandbox.records import GroupChange
from sandbox.state import Sandbox

LONGEST_WAIT = 60.0  # seconds
HEARTBEAT = 15.0  # seconds between signs of life, so that a browser notices a dead server


class NewPerson(BaseModel):
    """A person to give a phone."""

    id: int = Field(gt=0, lt=2**52)
    first_name: str = Field(min_length=1, max_length=64)
    username: str | None = Field(None, pattern=r"^[A-Za-z][A-Za-z0-9_]{2,31}$")
    language_code: str = Field("en", min_length=2, max_length=35)


class Writing(BaseModel):
    """A text to send; without `chat_id`, to the bot in private."""

    text: str
    chat_id: int | None = None


class Press(BaseModel):
    """A button, by its callback data, URL or label."""

    message_id: int
    button: str


class NewGroup(BaseModel):
    """A group with the bot and these people in it."""

    id: int
    title: str = Field(min_length=1, max_length=128)
    members: list[int]


def control_router() -> APIRouter:
    """The routes of the control API; the application's state holds the sandbox."""
    router = APIRouter(prefix="/control")
    router.add_api_route("/state", _state)
    router.add_api_route("/people", _add_person, methods=["POST"])
    router.add_api_route("/people/{person_id}/write", _write, methods=["POST"])
    router.add_api_route("/people/{person_id}/press", _press, methods=["POST"])
    router.add_api_route("/people/{person_id}/{change}", _change_person, methods=["POST"], status_code=204)
    router.add_api_route("/people/{person_id}/transcript", _transcript)
    router.add_api_route("/groups", _add_group, methods=["POST"], status_code=204)
    router.add_api_route("/groups/{group_id}/migrate", _migrate_group, methods=["POST"])
    router.add_api_route("/groups/{group_id}/{change}", _change_group, methods=["POST"], status_code=204)
    router.add_api_route("/calls", _calls)
    router.add_api_route("/acceptances", _acceptances)
    router.add_api_route("/events", _events)
    router.add_api_route("/files/{path:path}", _file)
    return router


def _view_person(sandbox: Sandbox, person: Person) -> dict[str, Any]:
    return {
        **asdict(person),
        "groups": [
            {"id": group.id, "title": group.title}
            for group in groups.groups_of(sandbox.store, person.id)
            if group.is_open
        ],
        "commands": menu_of(sandbox.store, person.id, person.language_code),
    }


async def _state(sandbox: Running) -> dict[str, Any]:
    bot = sandbox.bot_user
    return {
        "bot": {"id": bot.id, "first_name": bot.first_name, "username": bot.username},
        "limits": sandbox.limits.enabled,
        "people": [_view_person(sandbox, person) for person in people.all_people(sandbox.store)],
    }


async def _add_person(sandbox: Running, new: NewPerson) -> dict[str, Any]:
    known = people.find_person(sandbox.store, new.id)
    person = people.add_person(sandbox.store, new.id, new.first_name, new.username, new.language_code)
    if person != known:
        sandbox.feed.publish(person.id, {"type": "people"})
    return _view_person(sandbox, person)


async def _write(sandbox: Running, person_id: int, writing: Writing) -> dict[str, Any]:
    with sandbox.store.transaction():
        message = phones.write(sandbox, person_id, writing.text, writing.chat_id)
        return view_message(sandbox.store, message)


async def _press(sandbox: Running, person_id: int, press: Press) -> dict[str, Any]:
    with sandbox.store.transaction():
        return phones.press(sandbox, person_id, press.message_id, press.button)


async def _change_person(
    sandbox: Running, person_id: int, change: Literal["block", "unblock", "deactivate"]
) -> None:
    with sandbox.store.transaction():
        if change == "deactivate":
            phones.deactivate(sandbox, person_id)
        else:
            phones.block(sandbox, person_id, change == "block")


async def _transcript(
    sandbox: Running,
    person_id: int,
    chat_id: int | None = None,
    after: int = 0,
    since: int | None = None,
    timeout: Annotated[float, Query(ge=0, le=LONGEST_WAIT)] = 0,  # noqa: ASYNC109 -- the caller's, over HTTP
) -> dict[str, Any]:
    person = people.get_person(sandbox.store, person_id)
    chat = person_id if chat_id is None else chat_id
    if chat != person_id and chat not in [group.id for group in groups.groups_of(sandbox.store, person_id)]:
        raise ControlError(404, f"{person.first_name} is in no chat with the id {chat}.")
    if since is not None:
        await sandbox.feed.changed(chat, since, timeout)
    return {"revision": sandbox.feed.revision(chat), "messages": view_chat(sandbox.store, chat, after)}


async def _add_group(sandbox: Running, new: NewGroup) -> None:
    with sandbox.store.transaction():
        memberships.add_group(sandbox, new.id, new.title, new.members)


async def _change_group(sandbox: Running, group_id: int, change: GroupChange) -> None:
    with sandbox.store.transaction():
        memberships.change_group(sandbox, group_id, change)


async def _migrate_group(sandbox: Running, group_id: int) -> dict[str, int]:
    with sandbox.store.transaction():
        return {"id": memberships.migrate_group(sandbox, group_id)}


async def _calls(sandbox: Running, method: str | None = None) -> list[dict[str, Any]]:
    return [asdict(record) for record in sandbox.calls.records(method)]


async def _acceptances(sandbox: Running, after: int = 0) -> list[dict[str, Any]]:
    return read_acceptances(sandbox.store, after)


async def _events(sandbox: Running) -> Response:
    async def lines() -> AsyncIterator[str]:
        yield ": welcome\n\n"
        async for event in sandbox.feed.events(HEARTBEAT):
            yield ": still here\n\n" if event is None else f"data: {json.dumps(event)}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"cache-control": "no-store"})


async def _file(sandbox: Running, path: str) -> Response:
    row = find_file(sandbox.store, "path", path)
    if row is None:
        raise ControlError(404, "There is no such file.")
    headers = {"x-content-type-options": "nosniff"}
    if row["width"] is not None:
        return Response(row["content"], media_type=row["mime"], headers=headers)
    # Only pictures may open in the page's origin: a document could be a page with a script of its own.
    headers["content-disposition"] = "attachment"
    return Response(row["content"], media_type="application/octet-stream", headers=headers)
