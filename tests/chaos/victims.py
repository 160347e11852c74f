"""Who is killed when: lives are drawn from a seed, and each victim is replaced at once."""

import heapq
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from tests.chaos.evidence import Freeze
from tests.chaos.processes import LEASE_S
from tests.support.forks import fork, kill

# Real seconds until a process is killed; half of the lives are short, so that beginnings are met too.
SHORT_LIFE, LONG_LIFE = (0.02, 0.4), (0.4, 2.0)
# So many of the dispatchers stand still for longer than a lease before they are killed.
FREEZES = 0.05
# How long they stand still beyond it, and how long they go on afterwards.
BEYOND = (0.1, 1.0)


@dataclass
class Victims:
    """The processes of a run. `work` is what each role does, given a seed."""

    chance: random.Random
    work: dict[str, Callable[[str], None]]
    killed: dict[int, str] = field(default_factory=dict)
    died: list[int] = field(default_factory=list)
    freezes: list[Freeze] = field(default_factory=list)
    _ends: list[tuple[float, int, str]] = field(default_factory=list)
    _frozen_at: dict[int, float] = field(default_factory=dict)

    def start(self, role: str) -> None:
        """Start a process that will be killed."""
        pid = fork(partial(self.work[role], str(self.chance.random())))
        self._later(pid, role, self.chance.uniform(*self.chance.choice((SHORT_LIFE, LONG_LIFE))))

    def carry_on(self, kills: int) -> None:
        """Kill and replace until so many are dead, then end them all."""
        while kills:
            at, pid, role = heapq.heappop(self._ends)
            time.sleep(max(0.0, at - time.monotonic()))
            if pid in self._frozen_at:
                self._thaw(pid, role)
            elif role == "dispatcher" and not self._was_frozen(pid) and self.chance.random() < FREEZES:
                self._freeze(pid, role)
            else:
                self._end(pid, role)
                kills -= 1
                self.start(role)
        for _, pid, role in self._ends:
            self._end(pid, role)

    def _later(self, pid: int, role: str, seconds: float) -> None:
        heapq.heappush(self._ends, (time.monotonic() + seconds, pid, role))

    def _was_frozen(self, pid: int) -> bool:
        return any(one.pid == pid for one in self.freezes)

    def _freeze(self, pid: int, role: str) -> None:
        os.kill(pid, signal.SIGSTOP)
        self._frozen_at[pid] = time.time()
        self._later(pid, role, LEASE_S + self.chance.uniform(*BEYOND))

    def _thaw(self, pid: int, role: str) -> None:
        self.freezes.append(Freeze(pid, self._frozen_at.pop(pid), time.time()))
        os.kill(pid, signal.SIGCONT)
        self._later(pid, role, self.chance.uniform(*BEYOND))

    def _end(self, pid: int, role: str) -> None:
        if kill(pid):
            self.killed[pid] = role
        else:
            self.died.append(pid)
