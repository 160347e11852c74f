"""Whatever people type: Telegram takes every message about it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import pytest

from bot.alerts import alert_view
from bot.alerts.channel import TelegramChannel
from bot.client import create_bot
from core import events
from core.config import Settings
from core.events import severity
from core.models import MovementKind, Topic
from core.values.digests import (
    DayUsage,
    Digest,
    ExpiringItem,
    ItemChange,
    LowItem,
    MemberName,
    OpenList,
    Usage,
)
from core.wording.channels import Composed, Line
from sandbox.client import SandboxClient
from sandbox.messages.texts import message_text
from sandbox.messages.utf16 import utf16_length
from tests.bot.alerts.test_alert_view import MILK, NOW
from tests.bot.alerts.test_channel import outgoing
from tests.bot.phone import Phone
from tests.support.pace import UNLIMITED
from tests.support.scale import scaled

OVER_HTTP = scaled(2_000, 0.025)
LONGEST = 20_000
T = TypeVar("T")
MESSAGE, USER = UUID(int=1), UUID(int=2)
PIECES = (
    *("<", ">", "&", '"', "'", "</b>", "<b>", "<a href='x'>", "&lt;", "&amp", "&#0;", "&#x110000;", "<!--"),
    *("*", "_", "`", "[x](y)", "\\", "||", "\n", "\t", " ", "  ", "%s", "{}", "@everyone", "#1", "/stop"),
    *("😀", "👨‍👩‍👧‍👦", "🇩🇪", "e\u0301", "Ä", "ß", "İ", "ﬀ", "中", "한"),
    *("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2067", "שלום", "مرحبا", "\U000e0041"),
    *("Milk", "x", "0", "a" * 40),
)


def typed(chance: random.Random) -> str:
    """Return something that a person, or somebody who means harm, might type."""
    return chance.choice(_texts())


@cache
def _texts() -> Sequence[str]:
    # To make each anew takes longer than all that is done with it.
    chance = random.Random(2025)
    return [_text(chance) for _ in range(2000)]


def _text(chance: random.Random) -> str:
    # Most are short, some are as long as a message, and a few are far longer.
    most = chance.choice((3, 3, 10, 10, 60, 60, 400, LONGEST))
    text = "".join(chance.choices(PIECES, k=chance.randint(1, min(most, 1500))))
    return (text * (1 + most // len(text)))[:most] if most == LONGEST else text[:most]


def line_of(chance: random.Random) -> Line:
    item = replace(
        MILK,
        name=typed(chance),
        unit=typed(chance)[:30],
        location=typed(chance),
        quantity=chance.choice((0, 1, 1000, 10**9)),
    )
    facts: dict[str, Any] = {
        "household_id": item.household_id,
        "user_id": USER,
        "user_name": typed(chance),
        "at": NOW,
    }
    moved: dict[str, Any] = {"kind": chance.choice(list(_KINDS)), "delta": -1000}
    event: events.Event = chance.choice(
        (
            events.StockRanLow(item=item, **facts, **moved),
            events.StockRanOut(item=item, **facts, **moved),
            events.StockRecovered(item=item, **facts, **moved),
            events.StockMoved(item=item, **facts, **moved),
            events.ItemAdded(item=item, **facts),
            events.ItemRemoved(item=item, **facts),
            events.HouseholdUpdated(**facts, name=typed(chance), description=None, timezone="UTC"),
        )
    )
    changes = chance.choice((1, 1, 1, 2, 5000))
    latest = item if isinstance(event, events.ItemEvent) else None
    household = typed(chance) if chance.random() < 0.3 else None
    return Line(
        Topic.LOW_STOCK, event, severity.of(event), NOW, latest, changes, chance.choice((1, 2)), household
    )


def scheduled_of(chance: random.Random) -> Line:
    """Return something that was sent at its time: a digest, a warning or a reminder."""

    def many(one: Callable[[], T]) -> list[T]:
        return [one() for _ in range(chance.choice((0, 1, 3, 20)))]

    def person() -> MemberName:
        return MemberName(USER, typed(chance)[:100])

    def expiring() -> ExpiringItem:
        return ExpiringItem(USER, *named(), typed(chance)[:50], chance.randint(-30, 30))

    def named() -> tuple[str, int, str]:
        return typed(chance)[:200], chance.choice((0, 1, 1000, 10**9)), typed(chance)[:30]

    def change() -> ItemChange:
        name, quantity, unit = named()
        delta, people = chance.choice((None, 0, -1000, 10**9)), [person(), *many(person)]
        flags = chance.choice((False, True)), chance.choice((False, True))
        return ItemChange(USER, name, unit, quantity, delta, chance.choice((1, 5000)), people, *flags)

    def used() -> Usage:
        return Usage(chance.choice((0, 1, 10**6)), chance.choice((0, 1, 10**6)))

    digest = Digest(
        chance.choice((False, True)),
        NOW,
        NOW,
        changes=many(change),
        more_changes=chance.choice((0, 10**6)),
        joined=many(person),
        left=many(person),
        low=many(lambda: LowItem(USER, *named(), chance.choice((None, 1000)))),
        expiring=many(expiring),
        usage=used(),
        usage_before=used(),
        by_day=many(lambda: DayUsage(NOW.date(), chance.choice((0, 3)), 0)),
    )
    facts: dict[str, Any] = {"household_id": USER, "household_name": typed(chance)[:100], "at": NOW}
    groups: dict[str, Any] = {name: many(expiring) for name in ("expired", "today", "tomorrow")}
    lists = many(lambda: OpenList(USER, typed(chance)[:100], 10**6, many(lambda: typed(chance)[:200])))
    event: events.ScheduledEvent = chance.choice(
        (
            events.DigestGathered(**facts, digest=digest),
            events.ItemsExpiring(**facts, **groups, later=[expiring()]),
            events.ShoppingReminded(**facts, lists=lists),
        )
    )
    return Line(Topic.EXPIRATION, event, severity.of(event), NOW, household=typed(chance)[:100])


_KINDS = (MovementKind.CONSUMED, MovementKind.WASTED, MovementKind.RESTOCKED, MovementKind.ADJUSTED)


def composed(chance: random.Random) -> Composed:
    lines = [line_of(chance) for _ in range(chance.choice((1, 1, 2, 5, 10, 11, 30)))]
    if chance.random() < 0.3:
        lines = [scheduled_of(chance), *lines[: chance.choice((0, 0, 1, 30))]]
    return alert_view.page(MESSAGE, lines, chance.randint(1, 4), chance.choice((1, 5, 50)))


@pytest.mark.parametrize("texts", [100, pytest.param(scaled(100_000, 0.01), marks=pytest.mark.long)])
def test_every_text_is_taken_and_means_the_same_without_markup(texts: int) -> None:
    chance = random.Random(2026)
    for _ in range(texts):
        made = composed(chance)
        text, longest = made.text, 1024 if made.picture else 4096
        # Raises what Telegram would answer: a tag that is not closed, a text that is too long or empty.
        taken = message_text(f"{alert_view.MAYBE_AGAIN}\n{text}", "HTML")
        assert utf16_length(taken.text) <= longest
        assert (
            message_text(f"{alert_view.MAYBE_AGAIN}\n{alert_view.without_markup(text)}", None).text
            == taken.text
        )


async def test_every_text_is_taken_over_the_wire(
    bot_settings: Settings, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.write(alice.id, "/start")
    chance = random.Random(2027)
    async with create_bot(bot_settings, pace=UNLIMITED) as bot:
        channel = TelegramChannel(bot)
        for _ in range(OVER_HTTP):
            made = composed(chance)
            buttons = [[list(button) for button in row] for row in made.buttons]
            await channel.send(replace(outgoing(alice.id, made.text), buttons=buttons))
    assert len(await sandbox.acceptances()) == OVER_HTTP
