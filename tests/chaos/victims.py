"""Who is killed when: lives are drawn from a seed, and each victim is replaced at once."""

import heapq
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from tests.chaos.journal import Journal
from tests.chaos.processes import LEASE
from tests.support.forks import fork, kill

# So many steps of everybody together a process lives: it gets as far on a busy machine as on an idle one.
# Half of the lives are short: beginnings are met too.
SHORT_LIFE, LONG_LIFE = (1, 20), (20, 100)
# Real seconds from the last of these steps to the death, which is to come in the middle of something.
LINGERS_S = 0.01
LOOKS_EVERY_S = 0.002
# So many of the dispatchers stand still for longer than a lease before they are killed.
FREEZES = 0.05
# For how many steps they stand still beyond it, and how many they live afterwards.
BEYOND, AFTERWARDS = (5, 50), (5, 50)
# But who froze in the middle of a transaction may hold up everybody: it goes on when for so many real seconds
# nobody took a step.
HELD_UP_S = 1.0


@dataclass
class Victims:
    """The processes of a run. `work` is what each role does, given a seed."""

    chance: random.Random
    work: dict[str, Callable[[str], None]]
    journal: Journal
    killed: dict[int, str] = field(default_factory=dict)
    died: list[int] = field(default_factory=list)
    frozen: int = 0
    _ends: list[tuple[int, int, str]] = field(default_factory=list)
    _thaws: dict[int, int] = field(default_factory=dict)
    _thawed: set[int] = field(default_factory=set)

    def start(self, role: str) -> None:
        """Start a process that will be killed."""
        pid = fork(partial(self.work[role], str(self.chance.random())))
        self._later(pid, role, self.chance.randint(*self.chance.choice((SHORT_LIFE, LONG_LIFE))))

    def carry_on(self, kills: int) -> None:
        """Kill and replace until so many are dead, then end them all."""
        while kills:
            pid, role = self._next()
            if role == "dispatcher" and pid not in self._thawed and self.chance.random() < FREEZES:
                self._freeze(pid)
            else:
                self._end(pid, role)
                kills -= 1
                self.start(role)
        for pid in self._thaws:
            self._end(pid, "dispatcher")
        for _, pid, role in self._ends:
            self._end(pid, role)

    def _next(self) -> tuple[int, str]:
        """Return whose time has come, when it has."""
        seen, moved_at = -1, time.monotonic()
        while (steps := self.journal.steps) < self._ends[0][0]:
            if steps > seen:
                seen, moved_at = steps, time.monotonic()
            self._thaw(steps, held_up=time.monotonic() > moved_at + HELD_UP_S)
            time.sleep(LOOKS_EVERY_S)
        time.sleep(self.chance.uniform(0, LINGERS_S))
        _, pid, role = heapq.heappop(self._ends)
        return pid, role

    def _later(self, pid: int, role: str, steps: int) -> None:
        heapq.heappush(self._ends, (self.journal.steps + steps, pid, role))

    def _freeze(self, pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)
        self.frozen += 1
        beyond = self.chance.randint(*BEYOND)
        self._thaws[pid] = self.journal.steps + round(LEASE.total_seconds()) + beyond

    def _thaw(self, steps: int, *, held_up: bool) -> None:
        """Let those go on who have stood still for long enough, or all of them."""
        for pid in [pid for pid, at in self._thaws.items() if at <= steps or held_up]:
            del self._thaws[pid]
            self._thawed.add(pid)
            os.kill(pid, signal.SIGCONT)
            self._later(pid, "dispatcher", self.chance.randint(*AFTERWARDS))

    def _end(self, pid: int, role: str) -> None:
        if kill(pid):
            self.killed[pid] = role
        else:
            self.died.append(pid)
