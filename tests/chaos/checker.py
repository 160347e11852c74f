"""The judge of a run: what was lost, invented, out of order, or repeated without need."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from bot.alerts.alert_view import MAYBE_AGAIN
from core.models import DeliveryState, MessageState
from core.wording.outcomes import MOST_REPEATS
from sandbox.client import Acceptance
from sandbox.messages.html import parse_html
from tests.chaos.evidence import Evidence
from tests.chaos.processes import LEASE_S, SEND_TIMEOUT_S, TURN_S

NAMED = re.compile(r"(Tin \d+-\d+|Ghost) #(\d+)")
# What may become of a delivery when Telegram refuses nothing for good.
ENDS = {
    (DeliveryState.SUPERSEDED, "solved"),
    (DeliveryState.SUPERSEDED, "known"),
    (DeliveryState.UNCONFIRMED, "no_answer"),
    # What was decided not to be told is no loss.
    (DeliveryState.SKIPPED, "own_act"),
    (DeliveryState.SKIPPED, "topic_off"),
    (DeliveryState.SKIPPED, "answered"),
}


@dataclass(frozen=True)
class Finding:
    """Something that must not be: lost, phantom, disorder, repeated or crashed, and what exactly."""

    kind: str
    what: str


class Checker:
    def __init__(self, evidence: Evidence) -> None:
        self._seen = evidence
        self._names = {item: name for home in evidence.town.homes for item, name in home.items.items()}
        self._people = {chat: person for person, chat in evidence.town.chats.items()}

    def findings(self) -> list[Finding]:
        """Return everything that is wrong, nothing after a good run."""
        return [*self._lost(), *self._phantoms(), *self._disorder(), *self._repeats(), *self._crashes()]

    @cached_property
    def copies(self) -> dict[UUID, list[Acceptance]]:
        """The acceptances of each message: what a chat was told names its message."""
        by_text = {
            (row.telegram_id, parse_html(row.text)[0]): message_id
            for message_id, row in self._seen.stored.messages.items()
        }
        found: dict[UUID, list[Acceptance]] = defaultdict(list)
        for one in self._seen.acceptances:
            message_id = by_text.get((one.chat_id, _text(one)))
            if message_id is not None:
                found[message_id].append(one)
        return found

    def _lost(self) -> Iterator[Finding]:
        stored = self._seen.stored
        committed = {(str(row.item_id), row.item_version) for row in stored.movements}
        for entry in self._seen.journal:
            if entry.step == "committed":
                item, number = entry.what.split()
                if (item, int(number)) not in committed:
                    yield Finding("lost", f"the change {number} of {item}, which was committed")
        yield from self._untold()
        for row in stored.deliveries:
            if (row.state, row.reason) in ENDS:
                continue
            if row.state not in (DeliveryState.SENT, DeliveryState.FOLDED):
                yield Finding("lost", f"delivery {row.id} is {row.state} because of {row.reason}")
            elif row.message_id not in self.copies and not self._is_unconfirmed(row.message_id):
                yield Finding("lost", f"delivery {row.id} is {row.state} in a message that never arrived")

    def _is_unconfirmed(self, message_id: UUID) -> bool:
        message = self._seen.stored.messages.get(message_id)
        return message is not None and message.state == MessageState.UNCONFIRMED

    def _untold(self) -> Iterator[Finding]:
        """Find changes that nobody was to be told of; who acted need not be."""
        told = Counter((row.user_id, row.item_id, row.number) for row in self._seen.stored.deliveries)
        for row in self._seen.stored.movements:
            home = next(home for home in self._seen.town.homes if home.id == row.household_id)
            for person in home.people if row.item_version > 1 else ():
                times = told[person, row.item_id, row.item_version]
                if times != 1 and (person != row.user_id or times):
                    yield Finding("lost", f"{person} has {times} deliveries of {row.item_name}")

    def _phantoms(self) -> Iterator[Finding]:
        committed = {row.item_name for row in self._seen.stored.movements}
        visible = {
            name: {self._seen.town.chats[person] for person in home.people}
            for home in self._seen.town.homes
            for name in home.items.values()
        }
        known = {one.number for copies in self.copies.values() for one in copies}
        for one in self._seen.acceptances:
            if one.number not in known:
                yield Finding("phantom", f"no message says what {one.chat_id} was told: {one.text}")
            for name, number in NAMED.findall(one.text):
                if f"{name} #{number}" not in committed or one.chat_id not in visible[name]:
                    yield Finding("phantom", f"{one.chat_id} was told of {name} #{number}")

    def _disorder(self) -> Iterator[Finding]:
        last: dict[tuple[int, str], int] = {}
        for one in sorted((copies[0] for copies in self.copies.values()), key=lambda one: one.number):
            for name, number in NAMED.findall(one.text):
                before = last.get((one.chat_id, name), 0)
                if int(number) <= before:
                    yield Finding("disorder", f"{one.chat_id} was told {name} #{number} after #{before}")
                last[one.chat_id, name] = int(number)

    def _repeats(self) -> Iterator[Finding]:
        excuses = self._excuses()
        for message_id, copies in self.copies.items():
            excused = excuses[message_id] + sum(one.ambiguous for one in copies)
            if len(copies) > MOST_REPEATS + 1:
                yield Finding("repeated", f"message {message_id} came {len(copies)} times")
            elif len(copies) - 1 > excused:
                yield Finding("repeated", f"message {message_id} came {len(copies)} times without need")

    def _excuses(self) -> Counter[UUID]:
        """Count for each message the senders whose outcome came too late or never: the dead and the slow."""
        began: dict[tuple[int, UUID], float] = {}
        excuses: Counter[UUID] = Counter()
        for entry in self._seen.journal:
            if entry.step == "send":
                began[entry.pid, UUID(entry.what)] = entry.at
                excuses[UUID(entry.what)] += self._stood_still(entry.pid, entry.at)
            elif entry.step == "end-settle" and (entry.pid, UUID(entry.what)) in began:
                # It was claimed a little before it was sent.
                took = entry.at - began.pop((entry.pid, UUID(entry.what)))
                excuses[UUID(entry.what)] += took > LEASE_S / 2
        excuses.update(message_id for pid, message_id in began if pid in self._seen.killed)
        return excuses

    def _stood_still(self, pid: int, at: float) -> bool:
        before, after = LEASE_S, TURN_S + SEND_TIMEOUT_S
        return any(
            one.pid == pid and one.began - before <= at <= one.ended + after for one in self._seen.freezes
        )

    def _crashes(self) -> Sequence[Finding]:
        return [Finding("crashed", f"process {pid} ended by itself") for pid in self._seen.died]


def _text(one: Acceptance) -> str:
    return one.text.removeprefix(f"{MAYBE_AGAIN}\n")
