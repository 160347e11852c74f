"""Several people and the items of a household, against a plain model: they agree after every act."""

import asyncio
import itertools
import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from api.tokens import AccessTokens
from core import clock
from core.accounts import accounts
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database
from core.events import streams
from core.households import households, members
from core.inventory import stock
from core.models import Role
from core.shopping import shopping_lists
from tests.probes.household.acts import MOST, Act, Done, From, Refused, Verb, Wish, wishes
from tests.probes.household.by_core import ByCore
from tests.probes.household.by_http import ByHttp
from tests.probes.household.model import UNDOABLE, UNKNOWN, Model, Moved
from tests.probes.household.seen import Driver, Place

ROLES = {"alice": Role.ADMIN, "bob": Role.MEMBER, "vera": Role.VIEWER}
ALL = 100_000
FULL = {"quantity": 3000, "min_quantity": 2000}
# What makes something has to be alone: the model learns its id from the answer.
TOGETHER = (*(Verb.CONSUME, Verb.RESTOCK, Verb.MOVE, Verb.PATCH, Verb.UNDO, Verb.TICK) * 2, Verb.REMOVE)
REFUSALS = {
    "only looks",
    "lives elsewhere",
    "no such item",
    "an older version",
    "more than there is",
    "more than fits",
    "no such movement",
    "undone already",
    "nothing to undo",
    "undo of what is gone",
    "moved since",
    "counted otherwise",
    "no room to undo",
    "an entry of no item",
    "nothing to restock",
    "no such entry",
}


class Watch:
    """A clock that goes on by a millisecond whenever somebody looks, and by days when it is told to."""

    def __init__(self) -> None:
        self._start = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self._looks = itertools.count()

    def __call__(self) -> datetime:
        return self._start + timedelta(milliseconds=next(self._looks))

    def wait(self, days: int) -> None:
        self._start += timedelta(days=days)


def register(session: Session) -> dict[str, UUID]:
    return {
        name: accounts.register(session, f"{name}@example.com", "no hash", name.title(), "UTC").id
        for name in (*ROLES, "charlie")
    }


def move_in(session: Session, people: dict[str, UUID]) -> tuple[Place, UUID, UUID]:
    """Make a household for one example, and one of Charlie's with an item and its movement."""
    alice, charlie = Actor(people["alice"], Face.WEB), Actor(people["charlie"], Face.WEB)
    home = households.create(session, alice, "Home", None, "UTC").id
    for name in ("bob", "vera"):
        members.join(session, Actor(people[name], Face.WEB), home, ROLES[name])
    place = Place(people, home, shopping_lists.create(session, alice, home, "Saturday", None).id)
    elsewhere = households.create(session, charlie, "Elsewhere", None, "UTC").id
    columns = {"name": "Tea", "quantity": 1000, "unit": "l", "location": "pantry"}
    foreign = stock.add(session, charlie, elsewhere, columns).item.id
    moved = stock.consume(session, charlie, elsewhere, foreign, 1000).movement_id
    return place, foreign, moved


def attempt(do: Callable[[Act], Done], act: Act) -> Done | Refused:
    try:
        return do(act)
    except Refused as refused:
        return refused


def agree(expected: Done | Refused, got: Done | Refused) -> bool:
    if isinstance(expected, Refused) or isinstance(got, Refused):
        return isinstance(expected, Refused) and isinstance(got, Refused) and expected.kind is got.kind
    # To move answers over HTTP where the item is, not how much of it there is.
    return got in (expected, replace(expected, quantity=None))


class Household(RuleBasedStateMachine):
    """One household, real and modelled. What is drawn has the same shape whatever happened before."""

    database: ClassVar[Database]
    people: ClassVar[dict[str, UUID]]
    watch: ClassVar[Watch]
    drive: ClassVar[Callable[[Place], Driver]]
    outcomes: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        place, self.foreign, self.foreign_move = self.database.write_now(move_in, self.people)
        self.driver = type(self).drive(place)
        self.room = streams.of_household(place.home)
        self.since = self.database.write_now(streams.positions, [self.room])[self.room].seq
        self.model = Model(self.watch().date())

        for number in range(2):
            self._do(self._decide(Wish("alice", Verb.ADD, number, 1, "fridge", From.ANY, FULL, 4)))

    @rule(wish=wishes(Verb.CONSUME, Verb.WASTE, Verb.RESTOCK, Verb.MOVE))
    def somebody_changes_the_stock(self, wish: Wish) -> None:
        self._do(self._decide(wish))

    @rule(wish=wishes(Verb.ADD, *(Verb.PATCH,) * 4, Verb.REMOVE))
    def somebody_edits(self, wish: Wish) -> None:
        self._do(self._decide(wish))

    @rule(wish=wishes(Verb.UNDO))
    def somebody_undoes(self, wish: Wish) -> None:
        self._do(self._decide(wish))

    @rule(wish=wishes(Verb.BUY, Verb.TICK, Verb.TICK))
    def somebody_shops(self, wish: Wish) -> None:
        self._do(self._decide(wish))

    def _do(self, act: Act) -> None:
        expected, got = attempt(self.model.do, act), attempt(self.driver.do, act)
        assert agree(expected, got), f"{act}: {got!r}, not {expected!r}"
        self.outcomes[expected.why if isinstance(expected, Refused) else act.verb] += 1
        if isinstance(got, Done) and act.verb is Verb.ADD:
            self.model.things[-1].id = got.made or UNKNOWN
        if isinstance(got, Done) and act.verb is Verb.BUY:
            self.model.entries[-1].id = got.made or UNKNOWN

    @rule(wished=st.lists(wishes(*TOGETHER), min_size=2, max_size=3))
    def several_act_at_once(self, wished: list[Wish]) -> None:
        """It comes to what one of their orders comes to."""
        acts = [self._decide(wish) for wish in wished]
        with ThreadPoolExecutor(len(acts)) as threads:
            got = list(threads.map(lambda act: attempt(self.driver.do, act), acts))
        before, seen, stream = pickle.dumps(self.model), self.driver.see(), self._stream()
        for order in itertools.permutations(range(len(acts))):
            model = pickle.loads(before)
            expected = {index: attempt(model.do, acts[index]) for index in order}
            as_seen = model.view([move.id for move in seen.moves]) == seen and model.stream() == stream
            if as_seen and all(agree(expected[index], got[index]) for index in order):
                self.model = model
                self.outcomes["at once"] += 1
                return
        raise AssertionError(f"No order of {acts} comes to {got} and to {seen}.")

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.watch.wait(days)
        self.model.today = self.watch().date()

    @invariant()
    def everybody_sees_what_was_done(self) -> None:
        seen = self.driver.see()
        assert seen == self.model.view([move.id for move in seen.moves])
        assert self._stream() == self.model.stream()

    def _stream(self) -> list[tuple[str, str | None, int | None, int | None]]:
        entries = self.database.write_now(streams.read_after, {self.room: self.since}, ALL)
        assert [entry.seq for entry in entries] == list(range(self.since + 1, self.since + len(entries) + 1))
        found = []
        for entry in entries:
            item = entry.payload.get("item", {})
            found.append((entry.type, item.get("id"), item.get("version"), item.get("quantity")))
        return found

    def _decide(self, wish: Wish) -> Act:
        """Choose among what there is now; the last picks are for what is gone, or somebody else's."""
        model, pick = self.model, wish.pick
        thing = model.things[pick % len(model.things)] if model.things and pick < 6 else None
        if pick == 6 and model.gone:
            thing = model.gone[-1]
        moves = [move for move in model.moves if move.kind in UNDOABLE or pick > 4]
        move_id = moves[-1 - pick % len(moves)].id if moves and pick < 7 else None
        entry_id = model.entries[-1 - pick % len(model.entries)].id if model.entries and pick < 7 else None
        version = thing.version if thing else 1
        versions = {From.CURRENT: version, From.STALE: version - 1 or 7, From.ANY: None}
        return Act(
            who=wish.who,
            verb=wish.verb,
            amount=wish.amount,
            place=wish.place,
            item=thing.id if thing else self.foreign,
            version=versions[wish.basis],
            columns=wish.columns,
            expires=None if wish.days is None else model.today + timedelta(days=wish.days),
            movement=move_id or self.foreign_move,
            entry=entry_id or self.foreign,
            bought=wish.amount != 250,
        )


def be_refused_everything(house: Household) -> None:
    """Let somebody try each thing that is refused, for each reason."""
    house.begin()
    model, milk = house.model, house.model.things[0]
    usual = house._decide(Wish("alice", Verb.CONSUME, 0, 1000, "freezer", From.ANY, {}, None))

    def do(verb: Verb, **changes: Any) -> Moved:
        house._do(replace(usual, verb=verb, **changes))
        house.everybody_sees_what_was_done()
        return model.moves[-1]

    for stranger in ("vera", "charlie"):
        do(Verb.CONSUME, who=stranger)
    do(Verb.CONSUME, item=house.foreign)
    do(Verb.CONSUME, amount=MOST)
    do(Verb.RESTOCK, amount=MOST)
    do(Verb.PATCH, columns={"quantity": 4000})
    do(Verb.PATCH, columns={"quantity": 5000}, version=1)
    do(Verb.UNDO, movement=house.foreign_move)
    wasted = do(Verb.WASTE)
    undoing = do(Verb.UNDO, movement=wasted.id)
    do(Verb.UNDO, movement=wasted.id)
    do(Verb.UNDO, movement=undoing.id)
    moved = do(Verb.MOVE)
    do(Verb.MOVE, place="pantry")
    do(Verb.UNDO, movement=moved.id)
    restocked = do(Verb.RESTOCK)
    do(Verb.PATCH, columns={"unit": "kg"})
    do(Verb.UNDO, movement=restocked.id)
    do(Verb.PATCH, columns={"unit": "l"})
    do(Verb.CONSUME, amount=milk.quantity)
    do(Verb.UNDO, movement=restocked.id)
    do(Verb.BUY, item=house.foreign)
    do(Verb.TICK, entry=house.foreign)
    do(Verb.BUY)
    bought = model.entries[-1].id
    do(Verb.TICK, entry=bought)
    do(Verb.REMOVE)
    do(Verb.TICK, entry=bought)
    do(Verb.UNDO, movement=restocked.id)
    assert set(house.outcomes) == {*Verb, *REFUSALS}


def run(machine: type[Household], examples: int, steps: int) -> None:
    """Run examples of so many steps, the same ones each time."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    with clock.reading_from(watch):
        yield watch


def machine_of(database: Database, watch: Watch, drive: Callable[[Place], Driver]) -> type[Household]:
    people = database.write_now(register)
    parts = {"database": database, "people": people, "watch": watch, "drive": staticmethod(drive)}
    return type("Household", (Household,), {**parts, "outcomes": Counter()})


@pytest.mark.both_databases
def test_a_household_and_its_model_agree_after_every_act(database: Database, watch: Watch) -> None:
    machine = machine_of(database, watch, lambda place: ByCore(database, place))
    be_refused_everything(machine())
    # What the rules are depends on no database; that they hold for people at once does.
    run(machine, examples=12 if database.url.startswith("sqlite") else 5, steps=50)
    assert machine.outcomes["at once"]


async def test_they_agree_over_http_as_well(
    api: str, database: Database, settings: Settings, watch: Watch
) -> None:
    tokens = AccessTokens(settings.signing_key())
    with httpx.Client(base_url=api, timeout=30) as http:
        machine = machine_of(database, watch, lambda place: ByHttp(http, tokens.issue, place))
        await asyncio.to_thread(be_refused_everything, machine())
        await asyncio.to_thread(run, machine, examples=4, steps=25)
    assert machine.outcomes["at once"]
