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
from tests.chaos.journal import Entry

# The steps of the one who sends a message.
SENDING = {"send", "answer", "no-answer", "cut", "interrupted"}
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
    """Something that must not be: lost, phantom, disorder, repeated, seized or crashed, and what exactly."""

    kind: str
    what: str


class Checker:
    def __init__(self, evidence: Evidence) -> None:
        self._seen = evidence
        self._names = {item: name for home in evidence.town.homes for item, name in home.items.items()}
        self._people = {chat: person for person, chat in evidence.town.chats.items()}

    def findings(self) -> list[Finding]:
        """Return everything that is wrong, nothing after a good run."""
        return [
            *self._lost(),
            *self._phantoms(),
            *self._disorder(),
            *self._repeats(),
            *self._seized(),
            *self._crashes(),
        ]

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
        excused = self._excused()
        for message_id, copies in self.copies.items():
            if len(copies) > MOST_REPEATS + 1:
                yield Finding("repeated", f"message {message_id} came {len(copies)} times")
            elif len(copies) - 1 > excused[message_id]:
                yield Finding("repeated", f"message {message_id} came {len(copies)} times without need")
        sends = Counter(entry.what for entry in self._seen.journal if entry.step == "send")
        for attempt, times in sends.items():
            if times > 1:
                yield Finding("repeated", f"who claimed once sent {times} times: {attempt}")

    def _excused(self) -> Counter[UUID]:
        """Count for each message the attempts after which it had to be sent again.

        There is no fourth reason: its sender waited for an answer as long as a send may take; the lease under
        which it was sent ran out, and another took over; or the answer was lost on its way.
        """
        excused, unanswered = Counter[UUID](), Counter[UUID]()
        for attempt, steps in self._attempts().items():
            of, fence = attempt.split()
            message_id = UUID(of)
            if "cut" in steps or ("idle" not in steps and self._ran_out(message_id, int(fence))):
                excused[message_id] += 1
            elif "no-answer" in steps:
                unanswered[message_id] += 1
        for message_id, copies in self.copies.items():
            # The sandbox knows better than its client whether an answer was lost.
            excused[message_id] += min(unanswered[message_id], sum(one.ambiguous for one in copies))
        return excused

    def _attempts(self) -> dict[str, set[str]]:
        """Return the steps of each attempt; "idle" when its sender had the answer, then did something else.

        Who has an answer begins to settle before anything else, however slow the machine is: only death comes
        between the two.
        """
        attempts: dict[str, set[str]] = defaultdict(set)
        before: dict[int, Entry] = {}
        for entry in self._seen.journal:
            if entry.step in SENDING:
                attempts[entry.what].add(entry.step)
            last = before.get(entry.pid)
            settles = entry.step.startswith("begin-settle") and last is not None and entry.what == last.what
            if last is not None and last.step == "answer" and not settles:
                attempts[last.what].add("idle")
            before[entry.pid] = entry
        return attempts

    def _ran_out(self, message_id: UUID, fence: int) -> bool:
        return self._seen.leases.ran_out(self._seen.stored.messages[message_id].chat_id, fence)

    def _seized(self) -> Iterator[Finding]:
        for chat, fence in self._seen.leases.seized():
            yield Finding("seized", f"chat {chat} was taken from who held it, with fence {fence}")

    def _crashes(self) -> Sequence[Finding]:
        return [Finding("crashed", f"process {pid} ended by itself") for pid in self._seen.died]


def _text(one: Acceptance) -> str:
    return one.text.removeprefix(f"{MAYBE_AGAIN}\n")
