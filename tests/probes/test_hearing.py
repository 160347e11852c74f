"""Thousands of random steps against a plain model of who hears what.

Nobody is told what they did not ask for or may no longer see, and nothing that was asked for vanishes.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor, Face
from core.db import Database, table
from core.delivery.dispatcher import Dispatcher
from core.events.severity import ALERTS, Severity
from core.households import members
from core.inventory import stock
from core.models import Chat, Role, Scope, WatchLevel
from core.operations.clock_process import Clock
from core.settings import household_preferences, preferences, watching
from core.telegram import linking
from core.wording.channels import DeliveryError
from core.wording.outcomes import Failure
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import Watch
from tests.probes.hearing.deliveries import changed_rows, is_open
from tests.probes.hearing.model import CHANNELS, FLAPPING, NEWS, TOPICS, Choice, Knowledge, Person
from tests.support.scale import scaled

STEPS = 20_000
ITEMS = 3
MINIMUM, MOST = 2000, 5000


class Town:
    """Two households whose people come and go, and what the model says of them."""

    def __init__(self, database: Database, watch: Watch, chance: random.Random) -> None:
        self.database, self.watch, self.chance = database, watch, chance
        self.phones = Phones()
        self.dispatcher = Dispatcher(database, self.phones)
        self.clock = Clock(database)
        self.people: dict[UUID, Person] = {}
        self.stock: dict[UUID, tuple[UUID, int, bool]] = {}
        """By item: its household, its quantity, and whether it is critical."""
        self.open: list[int] = []
        self.knowledge = Knowledge()
        self.seen = 0
        self.told = 0

    async def build(self) -> None:
        """Alice and Charlie are the admins of a household each, and never leave it; Bob is in Alice's."""
        made = await self.database.write(world.build)
        chats = {row.user_id: row.id for row in await self.database.read(_chats)}
        self.chats = chats
        self.homes = (made.home, made.elsewhere)
        for name, phone, home in (
            ("alice", 1, made.home),
            ("bob", 2, made.home),
            ("charlie", 3, made.elsewhere),
        ):
            person = Person(name, getattr(made, name), phone, homes={home})
            self.people[person.user_id] = person
        self.admins = {made.home: made.alice, made.elsewhere: made.charlie}
        for user_id in self.people:
            values = {"topics": ["lowStock"], "timezone": "UTC"}
            await self.database.write(preferences.change, Actor(user_id, Face.WEB), values)
        for home, admin in self.admins.items():
            for number in range(ITEMS):
                columns = {**world.milk_columns(), "name": f"Item {number}", "critical": number == 0}
                change = await self.database.write(stock.add, Actor(admin, Face.WEB), home, columns)
                self.stock[change.item.id] = (home, change.item.quantity, number == 0)
        await self.drain()
        self.seen = max(row.id for row in await self.database.read(changed_rows, 0, []))
        self.open = []

    @property
    def now(self) -> Any:
        return self.watch.now

    def actor(self, person: Person) -> Actor:
        return Actor(person.user_id, self.chance.choice(list(Face)))

    # --- steps

    async def move_stock(self) -> None:
        item = self.chance.choice(list(self.stock))
        home, before, critical = self.stock[item]
        person = self.chance.choice([one for one in self.people.values() if home in one.homes])
        after = self.chance.choice([0, 500, 1000, 3000, MOST])
        if after == before:
            return
        who = self.actor(person)
        await self.database.write(stock.patch, who, home, item, None, {"quantity": after})
        self.stock[item] = (home, after, critical)
        crossed = level(before) != level(after) and (level(before), level(after)) != ("out", "low")
        await self.check_news(home, item, NEWS if crossed else NEWS[1:], who)

    async def join_or_leave(self) -> None:
        home = self.chance.choice(self.homes)
        others = [one for one in self.people.values() if one.user_id != self.admins[home]]
        person = self.chance.choice(others)
        who = self.actor(person)
        if home not in person.homes:
            await self.database.write(members.join, who, home, Role.MEMBER)
            person.homes.add(home)
            await self.check_news(home, None, NEWS[1:], who)
        elif self.chance.random() < 0.5:
            await self.database.write(members.leave, who, home)
            self.forget(person, home)
            await self.check_news(home, None, NEWS[1:], who)
        else:
            admin = Actor(self.admins[home], Face.WEB)
            await self.database.write(members.remove, admin, home, person.user_id)
            self.forget(person, home)
            await self.check_news(home, None, NEWS[1:], admin)

    def forget(self, person: Person, home: UUID) -> None:
        """Whoever leaves a household takes their choices for it along."""
        person.homes.discard(home)
        person.own.pop(home, None)
        for item, (place, *_) in self.stock.items():
            if place == home:
                person.watches.pop(item, None)

    def a_choice(self) -> Choice:
        listed = frozenset(topic for topic in TOPICS if self.chance.random() < 0.8)
        routes = {
            (topic, channel): when
            for topic in TOPICS
            for channel, choices in (("telegram", ("off", "now", "now", "digest")), ("inApp", ("off", "now")))
            if (when := self.chance.choice(choices)) != "now"
        }
        return listed, routes

    async def choose(self) -> None:
        person, choice = self.chance.choice(list(self.people.values())), self.a_choice()
        who = self.actor(person)
        if person.homes and self.chance.random() < 0.3:
            home = self.chance.choice(sorted(person.homes))
            if home in person.own and self.chance.random() < 0.5:
                await self.database.write(household_preferences.reset, who, home)
                del person.own[home]
            else:
                await self.database.write(
                    household_preferences.put, who, home, list(choice[0]), as_routes(choice)
                )
                person.own[home] = choice
        else:
            values = {"topics": list(choice[0])}
            await self.database.write(preferences.change, who, values, as_routes(choice))
            person.choice = choice
        await self.check()

    async def switch(self) -> None:
        person, on = self.chance.choice(list(self.people.values())), self.chance.random() < 0.7
        if self.chance.random() < 0.5:
            await self.database.write(preferences.change, self.actor(person), {"in_app_enabled": on})
            person.in_app_on = on
        elif person.linked:
            await self.database.write(preferences.change, self.actor(person), {"telegram_enabled": on})
            person.telegram_on = on
        await self.check()

    async def be_quiet(self) -> None:
        person = self.chance.choice(list(self.people.values()))
        start, end = self.chance.sample(range(24), 2)
        on = self.chance.random() < 0.6
        person.quiet = (start, end) if on else None
        values = {"quiet_enabled": on, "quiet_start": f"{start:02}:00", "quiet_end": f"{end:02}:00"}
        await self.database.write(preferences.change, self.actor(person), values)
        await self.check()

    async def mute(self) -> None:
        person = self.chance.choice(list(self.people.values()))
        until = self.now + timedelta(minutes=self.chance.randint(1, 900))
        person.muted_until = until if self.chance.random() < 0.6 else None
        values = {"muted_until": person.muted_until}
        await self.database.write(preferences.change, self.actor(person), values)
        await self.check()

    async def look_closely(self) -> None:
        item = self.chance.choice(list(self.stock))
        home = self.stock[item][0]
        person = self.chance.choice([one for one in self.people.values() if home in one.homes])
        chosen = self.chance.choice([*WatchLevel, None])
        until = (
            self.now + timedelta(minutes=self.chance.randint(1, 900)) if self.chance.random() < 0.3 else None
        )
        values = {"level": chosen, "until": until if chosen else None}
        await self.database.write(watching.put, self.actor(person), home, Scope.ITEM, str(item), values)
        if chosen is None:
            person.watches.pop(item, None)
        else:
            person.watches[item] = (chosen, until)
        await self.check()

    async def link_or_unlink(self) -> None:
        person = self.chance.choice(list(self.people.values()))
        if person.linked:
            await self.database.write(linking.unlink, self.actor(person))
        else:
            chat = self.chats[person.user_id]
            await self.database.write(linking.attach, chat, person.user_id, Face.TELEGRAM)
        person.linked = person.telegram_on = not person.linked
        await self.check()

    async def lose_telegram(self) -> None:
        """What was made before it was lost is not heard by who changes their mind until it is found."""
        self.phones.down = DeliveryError(Failure.CLEAN, "no connection")

    async def pass_time(self) -> None:
        self.watch.advance(minutes=self.chance.choice([1, 5, 20, 120, 600]))
        if self.chance.random() < 0.5:
            self.phones.down = None
        if self.chance.random() < 0.7:
            await self.clock.run_once()
            await self.check()
        await self.drain()

    async def drain(self) -> None:
        """Send all that is due, at the pace of the chats."""
        idle = 0
        # While it is not known that Telegram is back, one chat at a time is looked at.
        while idle < (2 if self.dispatcher.problem is None else 6):
            self.watch.advance(seconds=11)
            idle = 0 if await self.dispatcher.run_once() else idle + 1
            await self.check()
        if self.phones.down is None:
            for row in await self.database.read(changed_rows, self.seen, self.open):
                self.check_waiting(row)

    # --- what must hold

    async def check_news(self, home: UUID, item: UUID | None, topics: Sequence[str], who: Actor) -> None:
        """Every member has one delivery for each channel, as the model allows; others have none."""
        fresh: dict[UUID, dict[str, Any]] = {}
        for row in await self.database.read(changed_rows, self.seen, []):
            if row.topic != "account":
                assert row.channel not in fresh.setdefault(row.user_id, {}), "told twice on a channel"
                fresh[row.user_id][row.channel] = row
        listening = {one.user_id: one for one in self.people.values() if home in one.homes}
        told = {
            user_id
            for user_id, rows in fresh.items()
            if {row.household_id for row in rows.values()} == {home}
        }
        assert told == set(fresh) == set(listening)
        for user_id, rows in fresh.items():
            face = who.face if user_id == who.user_id else None
            for channel in CHANNELS:
                row = rows[channel]
                allowed = listening[user_id].outcomes(home, item, topics, channel, face, self.now)
                assert (row.state, row.reason) in allowed, (listening[user_id], channel, topics, allowed)
        await self.check()

    async def check(self) -> None:
        """What came to an end did so for a reason that holds now."""
        still_open, ended = list[int](), list[Any]()
        for row in await self.database.read(changed_rows, self.seen, self.open):
            was_open = row.id in self.open
            if is_open(row):
                still_open.append(row.id)
            elif was_open and row.topic != "account":
                self.check_end(row)
                ended.append(row)
            elif row.channel == "telegram" and row.reason == "answered" and self.people[row.user_id].linked:
                ended.append(row)
            self.seen = max(self.seen, row.id)
        self.open = still_open
        self.knowledge.check([row for row in ended if row.severity in ALERTS], self.now)

    def check_end(self, row: Any) -> None:
        person = self.people[row.user_id]
        refusals = person.refusals(row.household_id, row.item_id, row.topic, self.now)
        match row.state:
            case "skipped":
                assert row.reason in refusals, (row, person)
            case "sent":
                assert not refusals, (row, person)
                silent = person.is_quiet(self.now) or person.is_muted(self.now)
                assert not silent or row.severity >= Severity.CRITICAL, (row, person)
                self.told += 1
            case "folded" if row.message == "sent":
                assert not refusals, (row, person)
                self.told += 1
            case "folded":
                assert (row.message, self.phones.down is None) == ("failed", False), row
            case "superseded":
                assert row.reason in ("solved", "known"), row
            case "failed":
                assert (row.reason, self.phones.down is None) == ("gave_up", False), row
            case _:
                raise AssertionError(row)

    def check_waiting(self, row: Any) -> None:
        """What is still to be told waits for something that it may wait for."""
        if not is_open(row) or row.topic == "account":
            return
        person = self.people[row.user_id]
        assert row.due_at > self.now, row
        # What somebody knows already waits a moment longer.
        known = row.due_at <= self.now + FLAPPING
        match row.deferred:
            case "quiet_hours":
                assert person.is_quiet(self.now) or known, (row, person)
            case "muted":
                assert person.is_muted(self.now) or known, (row, person)
            case "digest":
                assert person.when(row.household_id, row.topic, "telegram") == "digest", (row, person)
            case None:
                assert known, row

    async def end(self) -> None:
        """Let everybody hear everything: nothing is left that waits."""
        for person in self.people.values():
            await self.database.write(
                preferences.change,
                Actor(person.user_id, Face.WEB),
                {"quiet_enabled": False, "muted_until": None},
            )
            person.quiet = person.muted_until = None
        self.phones.down = None
        for _ in range(3):
            self.watch.advance(days=1)
            await self.drain()
        assert [row for row in await self.database.read(changed_rows, 0, []) if is_open(row)] == []


def _chats(session: Session) -> list[Any]:
    return list(session.execute(select(table(Chat).c.id, table(Chat).c.user_id)))


def level(quantity: int) -> str:
    return "out" if quantity == 0 else "low" if quantity < MINIMUM else "ok"


def as_routes(choice: Choice) -> dict[str, dict[str, str | None]]:
    return {
        topic: {channel: choice[1].get((topic, channel), "now") for channel in ("telegram", "inApp")}
        for topic in TOPICS
    }


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    with clock.reading_from(watch):
        yield watch


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(2))
async def test_everybody_hears_what_they_asked_for_and_nothing_else(
    database: Database, watch: Watch, seed: int
) -> None:
    town = Town(database, watch, random.Random(seed))
    await town.build()
    weighted = {
        town.move_stock: 20,
        town.pass_time: 8,
        town.choose: 2,
        town.look_closely: 2,
        town.mute: 1,
        town.be_quiet: 1,
        town.switch: 1,
        town.link_or_unlink: 1,
        town.join_or_leave: 2,
        town.lose_telegram: 2,
    }
    steps = list(weighted)
    total = scaled(STEPS // 2, 0.02)
    for number in range(total):
        [step] = town.chance.choices(steps, weights=list(weighted.values()))
        watch.advance(seconds=town.chance.randint(0, 3))
        try:
            await step()
        except AssertionError as error:
            raise AssertionError(f"step {number}, {step.__name__}: {error}") from error
    await town.end()
    assert town.told > total / 20
