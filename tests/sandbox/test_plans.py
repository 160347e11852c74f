"""Faults by share, drawn from a seed; and what was accepted meanwhile."""

import contextlib
from collections import Counter

import pytest
from aiogram import Bot
from aiogram.exceptions import AiogramError, ClientDecodeError, TelegramNetworkError
from aiohttp import ClientError, ClientSession

from sandbox.client import FaultKind, SandboxClient, SandboxClientError
from sandbox.faults.plans import draw
from sandbox.settings import DEFAULT_TOKEN
from tests.sandbox.conftest import BOB, bot_at
from tests.sandbox.fetching import Fetched, fetch

EVERYTHING: dict[FaultKind, float] = {
    "429": 0.06,
    "429_bare": 0.06,
    "429_empty": 0.06,
    "429_html": 0.06,
    "401": 0.06,
    "5xx": 0.06,
    "html_502": 0.06,
    "html_504": 0.06,
    "html_504_after": 0.06,
    "reset_before": 0.06,
    "reset_after": 0.06,
    "unreadable_after": 0.06,
    "truncated_after": 0.06,
}


async def send(base_url: str, chat_id: int, text: str) -> Fetched:
    """One sendMessage as it is on the wire."""
    url = f"{base_url}/bot{DEFAULT_TOKEN}/sendMessage"
    return await fetch(url, "POST", json={"chat_id": chat_id, "text": text})


async def suffered(base_url: str, sandbox: SandboxClient, chat_id: int, seed: int) -> list[str | None]:
    """Which faults 60 messages suffer, one after the other."""
    newest = max((call.id for call in await sandbox.calls()), default=0)
    await sandbox.plan(seed, EVERYTHING)
    async with ClientSession() as session:
        for number in range(60):
            with contextlib.suppress(ClientError):
                body = {"chat_id": chat_id, "text": str(number)}
                async with session.post(f"{base_url}/bot{DEFAULT_TOKEN}/sendMessage", json=body) as answer:
                    await answer.read()
    return [call.fault for call in await sandbox.calls() if call.id > newest]


def test_a_share_is_what_it_says_and_the_rest_is_well() -> None:
    shares: dict[FaultKind, float] = {"429": 0.2, "reset_after": 0.05}
    drawn = Counter(draw(7, number, shares) for number in range(20_000))
    assert abs(drawn["429"] / 20_000 - 0.2) < 0.01
    assert abs(drawn["reset_after"] / 20_000 - 0.05) < 0.005
    assert drawn.keys() == {"429", "reset_after", None}
    assert all(draw(7, number, {"5xx": 1.0}) == "5xx" for number in range(100))


async def test_a_seed_repeats_what_happened_and_another_does_not(
    sandbox: SandboxClient, base_url: str, alice: int
) -> None:
    first = await suffered(base_url, sandbox, alice, seed=1)
    again = await suffered(base_url, sandbox, alice, seed=1)
    other = await suffered(base_url, sandbox, alice, seed=2)
    assert first == again == [draw(1, number, EVERYTHING) for number in range(1, 61)]
    assert first != other


async def test_the_plan_tells_how_often_each_fault_happened(
    sandbox: SandboxClient, base_url: str, alice: int
) -> None:
    faults = await suffered(base_url, sandbox, alice, seed=3)
    happened = await sandbox.stop_plan()
    assert happened.keys() == EVERYTHING.keys()
    assert +Counter(happened) == Counter(fault for fault in faults if fault)
    await send(base_url, alice, "all is well again")
    assert await sandbox.happened() == happened


async def test_a_checker_can_tell_what_was_accepted_and_what_the_bot_cannot_know(
    sandbox: SandboxClient, base_url: str, alice: int
) -> None:
    faults = await suffered(base_url, sandbox, alice, seed=4)
    accepted = await sandbox.acceptances()
    expected = [
        (str(number), fault)
        for number, fault in enumerate(faults)
        if fault is None or fault.endswith("_after")
    ]
    assert [(one.text, one.fault) for one in accepted] == expected
    assert all(one.ambiguous == (one.fault is not None) for one in accepted)
    assert any(one.ambiguous for one in accepted)
    assert [one.number for one in accepted] == sorted({one.number for one in accepted})
    assert [one.at for one in accepted] == sorted(one.at for one in accepted)
    assert {(one.chat_id, one.method) for one in accepted} == {(alice, "sendMessage")}
    shown = [message.text for message in await sandbox.transcript(alice) if message.from_bot]
    assert shown == [one.text for one in accepted]
    assert await sandbox.acceptances(after=accepted[-2].number) == accepted[-1:]


async def test_a_refused_message_is_not_accepted(sandbox: SandboxClient, base_url: str, alice: int) -> None:
    await sandbox.inject("reset_after")
    with pytest.raises(ClientError):
        await send(base_url, BOB, "he never wrote")
    await send(base_url, alice, "")
    assert await sandbox.acceptances() == []


async def test_other_methods_go_wrong_when_the_plan_names_them(
    sandbox: SandboxClient, bot: Bot, alice: int
) -> None:
    await sandbox.plan(1, {"5xx": 1.0}, methods=["sendDocument", "EDITMESSAGETEXT"])
    sent = await bot.send_message(alice, "fine")
    with pytest.raises(AiogramError):
        await bot.edit_message_text("not fine", chat_id=alice, message_id=sent.message_id)
    assert await sandbox.happened() == {"5xx": 1}


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("429_bare", 429, '{"ok":false,"error_code":429,"description":"Too Many Requests"}'),
        ("429_empty", 429, ""),
        ("401", 401, '{"ok":false,"error_code":401,"description":"Unauthorized"}'),
        ("5xx", 500, '{"ok":false,"error_code":500,"description":"Internal Server Error"}'),
    ],
)
async def test_refusals_on_the_wire(
    sandbox: SandboxClient, base_url: str, alice: int, kind: FaultKind, status: int, body: str
) -> None:
    await sandbox.plan(1, {kind: 1.0})
    answer = await send(base_url, alice, "x")
    assert (answer.status, answer.text) == (status, body)
    assert await sandbox.acceptances() == []


@pytest.mark.parametrize(
    ("kind", "status"), [("429_html", 429), ("html_502", 502), ("html_504", 504), ("html_504_after", 504)]
)
async def test_pages_of_gateways_on_the_wire(
    sandbox: SandboxClient, base_url: str, alice: int, kind: FaultKind, status: int
) -> None:
    await sandbox.plan(1, {kind: 1.0})
    answer = await send(base_url, alice, "x")
    assert (answer.status, answer.content_type) == (status, "text/html")
    assert "<center>nginx</center>" in answer.text
    assert len(await sandbox.acceptances()) == (kind == "html_504_after")


async def test_a_429_of_a_plan_says_when_to_come_back(
    sandbox: SandboxClient, base_url: str, alice: int
) -> None:
    await sandbox.plan(1, {"429": 1.0}, retry_after=3)
    answer = await send(base_url, alice, "x")
    assert answer.json["parameters"] == {"retry_after": 3}
    assert answer.json["description"] == "Too Many Requests: retry after 3"


async def test_answers_that_cannot_be_read(sandbox: SandboxClient, bot: Bot, alice: int) -> None:
    await sandbox.inject("unreadable_after")
    with pytest.raises(ClientDecodeError):
        await bot.send_message(alice, "half of the JSON")
    await sandbox.inject("truncated_after")
    with pytest.raises(TelegramNetworkError, match="ClientPayloadError"):
        await bot.send_message(alice, "half of the response")
    assert [one.fault for one in await sandbox.acceptances()] == ["unreadable_after", "truncated_after"]


async def test_a_hang_may_end_with_a_cut_connection(
    sandbox: SandboxClient, base_url: str, alice: int
) -> None:
    await sandbox.plan(1, {"timeout_after": 1.0}, hang=0.1)
    async with bot_at(base_url, seconds=30) as patient:
        with pytest.raises(TelegramNetworkError):
            await patient.send_message(alice, "x")
    (accepted,) = await sandbox.acceptances()
    assert accepted.ambiguous


@pytest.mark.parametrize("shares", [{"429": 0.6, "5xx": 0.5}, {"429": -0.1}, {"earthquake": 0.1}])
async def test_a_plan_that_makes_no_sense(sandbox: SandboxClient, shares: dict[FaultKind, float]) -> None:
    with pytest.raises(SandboxClientError) as caught:
        await sandbox.plan(1, shares)
    assert caught.value.status == 422
    assert await sandbox.happened() == {}
