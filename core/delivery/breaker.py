"""The circuit breaker: while a whole channel is down, it is only probed now and then."""

from collections.abc import Callable
from datetime import datetime, timedelta

from core import clock
from core.delivery.settling import PROBE
from core.wording.outcomes import MOST_REPEATS, Failed, Failure, Outcome, Sent

# This many failures in a row, in any chats, mean that the channel is at fault. It is one less than the tries
# of a message that may have arrived, so that one is left for when the channel is back.
FAILURES_TO_OPEN = MOST_REPEATS
SYSTEMIC = frozenset({Failure.CLEAN, Failure.AMBIGUOUS})


class Breaker:
    """Closed: everything is sent. Open: one probe every five seconds and, once answered, one message."""

    def __init__(self, now: Callable[[], datetime] = clock.utcnow, probe: timedelta = PROBE) -> None:
        self._now = now
        self._probe = probe
        self._failures = 0
        self._next_probe: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self._next_probe is not None

    def allowed(self, wanted: int) -> int:
        """Return how many messages may be claimed now; a probe is counted when it is allowed."""
        if self._next_probe is None:
            return wanted
        if self._now() < self._next_probe:
            return 0
        self._next_probe = self._now() + self._probe
        return min(wanted, 1)

    def note(self, outcome: Outcome) -> bool:
        """Note how a send went. Return True when it failed because the channel is down."""
        if isinstance(outcome, Sent) or outcome.failure not in SYSTEMIC:
            # It answered, so it is up.
            self._failures, self._next_probe = 0, None
            return False
        self._failures += 1
        if self._failures >= FAILURES_TO_OPEN and self._next_probe is None:
            self._next_probe = self._now()
        return self.is_open and isinstance(outcome, Failed) and outcome.failure is Failure.CLEAN
