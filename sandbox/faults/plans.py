"""A plan: faults by share, drawn from a seed."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.faults.fault import Fault, FaultKind


def draw(seed: int, number: int, shares: Mapping[FaultKind, float]) -> FaultKind | None:
    """Which fault the `number`th request suffers, or None.

    It depends on nothing else, so that a run can be repeated: a hash of both, read as a fraction of 1, falls
    into one of the shares, laid one after the other in the order in which they are given.
    """
    digest = hashlib.blake2b(f"{seed}:{number}".encode(), digest_size=8).digest()
    left = int.from_bytes(digest, "big") / 2**64
    for kind, share in shares.items():
        if left < share:
            return kind
        left -= share
    return None


class Plan:
    """Counts the requests of some methods and draws for each; tells afterwards what happened."""

    def __init__(
        self,
        seed: int,
        shares: Mapping[FaultKind, float],
        methods: Sequence[str] = ("sendMessage",),
        retry_after: int = 1,
        hang: float | None = None,
    ) -> None:
        """`retry_after` is in seconds, as is `hang` (see Fault). Shares add up to at most 1."""
        self._seed = seed
        self._shares = dict(shares)
        self._methods = {method.lower() for method in methods}
        self._retry_after = retry_after
        self._hang = hang
        self._requests = 0
        self._happened: Counter[str] = Counter()
        self._running = True

    def stop(self) -> None:
        """From now on it draws nothing; what happened can still be read."""
        self._running = False

    def take(self, method: str) -> Fault | None:
        """The fault that this request suffers, or None."""
        if not self._running or method.lower() not in self._methods:
            return None
        self._requests += 1
        kind = draw(self._seed, self._requests, self._shares)
        if kind is None:
            return None
        self._happened[kind] += 1
        return Fault(kind, retry_after=self._retry_after, hang=self._hang)

    def report(self) -> dict[str, Any]:
        """What was asked for, how many requests there were, and how often each fault happened."""
        return {
            "seed": self._seed,
            "running": self._running,
            "requests": self._requests,
            "happened": {kind: self._happened[kind] for kind in self._shares},
        }
