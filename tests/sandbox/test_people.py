"""What people do: writing, blocking, groups; and the control API that lets them."""

import subprocess
import sys

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError

from sandbox.client import SandboxClient, SandboxClientError
from sandbox.loopback import check_bind
from sandbox.settings import DEFAULT_TOKEN, SandboxSettings
from tests.sandbox.conftest import ALICE, BOB
from tests.sandbox.fetching import fetch


async def test_blocking_is_told_once_and_closes_the_chat(
    sandbox: SandboxClient, bot: Bot, alice: int
) -> None:
    await sandbox.block(alice)
    await sandbox.block(alice)
    (update,) = await bot.get_updates()
    change = update.my_chat_member
    assert change is not None
    assert (change.chat.id, change.from_user.id, change.new_chat_member.user.is_bot) == (alice, alice, True)
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("member", "kicked")
    with pytest.raises(TelegramForbiddenError) as caught:
        await bot.send_message(alice, "x")
    assert caught.value.message == "Forbidden: bot was blocked by the user"
    with pytest.raises(SandboxClientError, match="unblock it first"):
        await sandbox.write(alice, "hello")
    await sandbox.unblock(alice)
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "member"
    await bot.send_message(alice, "back")


async def test_adding_somebody_again_only_renames_them(sandbox: SandboxClient, bot: Bot, alice: int) -> None:
    await sandbox.add_person(alice, "Alicia", "alicia")
    await bot.send_message(alice, "still started")
    people = {person["id"]: person for person in (await sandbox.state())["people"]}
    assert (people[alice]["first_name"], people[alice]["started"]) == ("Alicia", True)
    assert next(iter(people)) == ALICE


async def test_a_group_hears_and_is_heard(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.add_group(-1001, "Home", [ALICE])
    await sandbox.add_group(-1001, "Home", [BOB])
    (added,) = await bot.get_updates()
    assert added.my_chat_member is not None
    assert added.my_chat_member.new_chat_member.status == "member"
    await sandbox.write(BOB, "/stock@OtherBot now", chat_id=-1001)
    (update,) = await bot.get_updates(offset=added.update_id + 1)
    message = update.message
    assert message is not None
    assert message.from_user is not None
    assert (message.chat.id, message.chat.type, message.from_user.id) == (-1001, "supergroup", BOB)
    assert [(e.type, e.offset, e.length) for e in message.entities or []] == [("bot_command", 0, 15)]
    await bot.send_message(-1001, "Hello everybody")
    seen = await sandbox.wait_for(ALICE, "everybody", chat_id=-1001)
    assert seen.chat_id == -1001
    with pytest.raises(SandboxClientError, match="in no chat"):
        await sandbox.write(5003, "let me in", chat_id=-1001)
    with pytest.raises(TelegramForbiddenError, match="can't initiate"):
        await bot.send_message(BOB, "a group is not a private chat")


@pytest.mark.parametrize("text", ["", "  ", "x" * 4097])
async def test_a_phone_sends_neither_nothing_nor_too_much(sandbox: SandboxClient, text: str) -> None:
    with pytest.raises(SandboxClientError, match="text is"):
        await sandbox.write(ALICE, text)


async def test_unknown_people_and_messages_get_a_sentence(sandbox: SandboxClient) -> None:
    with pytest.raises(SandboxClientError, match="Nobody in the sandbox has the id 9"):
        await sandbox.write(9, "x")
    with pytest.raises(SandboxClientError, match="There is no message 9"):
        await sandbox.press(ALICE, 9, "x")
    with pytest.raises(TimeoutError, match="The chat ends with"):
        await sandbox.wait_for(ALICE, "nothing", timeout=0.05)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
    ],
)
@pytest.mark.parametrize("path", ["/control/state", "/", f"/bot{DEFAULT_TOKEN}/getMe"])
async def test_other_sites_pages_are_kept_out(base_url: str, path: str, headers: dict[str, str]) -> None:
    answer = await fetch(f"{base_url}{path}", headers=headers)
    assert answer.status == 403
    assert "sandbox" in answer.json["detail"]


async def test_the_sandboxs_own_page_may_ask(base_url: str) -> None:
    answer = await fetch(f"{base_url}/control/state", headers={"Origin": base_url})
    assert answer.status == 200
    port = base_url.rpartition(":")[2]
    answer = await fetch(f"{base_url}/control/state", headers={"Host": f"localhost:{port}"})
    assert answer.status == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.1.2.3"])
def test_the_sandbox_may_listen_on_this_computer(host: str) -> None:
    check_bind(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.2", "example.org"])
def test_the_sandbox_may_not_listen_anywhere_else(host: str) -> None:
    with pytest.raises(ValueError, match="listens on this computer only"):
        check_bind(host)


def test_settings_know_the_bot_and_its_deep_links(tmp_path: object) -> None:
    settings = SandboxSettings(database=tmp_path)  # type: ignore[arg-type]
    assert settings.bot_id == 1000000001
    assert settings.deep_link("A/B") == "http://127.0.0.1:8081/StockbellDemoBot?start=A%2FB"
    with pytest.raises(ValueError, match="digits:letters"):
        SandboxSettings(database=tmp_path, token="nonsense")  # type: ignore[arg-type]


def test_the_client_loads_without_the_frameworks() -> None:
    code = (
        "import sys, sandbox.client, sandbox.settings, sandbox.loopback;"
        "print([name for name in ('aiogram', 'fastapi') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
