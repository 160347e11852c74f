"""A plan: faults by share, drawn from a seed."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, Field, model_validator

from sandbox.faults.fault import Fault
from sandbox.records import FaultKind


def draw(seed: int, number: int, shares: Mapping[FaultKind, float]) -> FaultKind | None:
    """Which fault the `number`th request suffers, or None.

    It depends on nothing else, so a run can be repeated: a hash of both, read as a fraction of 1, falls into
    one of the shares, laid end to end in the order given.
    """
    digest = hashlib.blake2b(f"{seed}:{number}".encode(), digest_size=8).digest()
    left = int.from_bytes(digest, "big") / 2**64
    for kind, share in shares.items():
        if left < share:
            return kind
        left -= share
    return None


class PlanSettings(BaseModel):
    """The methods that suffer and the share of each fault; `retry_after` and `hang` (seconds) as in Fault."""

    seed: int
    shares: dict[FaultKind, float]
    methods: list[str] = Field(["sendMessage"], min_length=1)
    retry_after: int = Field(1, ge=1)
    hang: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _check_shares(self) -> Self:
        # Sums of floats may exceed 1 a little.
        if min(self.shares.values(), default=0) < 0 or sum(self.shares.values()) > 1 + 1e-9:
            raise ValueError("Shares are not negative and add up to at most 1.")
        return self


class Plan:
    """Counts the requests of some methods, draws a fault for each, and reports what happened."""

    def __init__(self, settings: PlanSettings) -> None:
        self._settings = settings
        self._methods = {method.lower() for method in settings.methods}
        self._requests = 0
        self._happened: Counter[str] = Counter()
        self._running = True

    def stop(self) -> None:
        """Draw nothing from now on; what happened can still be read."""
        self._running = False

    def take(self, method: str) -> Fault | None:
        """The fault that this request suffers, or None."""
        if not self._running or method.lower() not in self._methods:
            return None
        self._requests += 1
        settings = self._settings
        kind = draw(settings.seed, self._requests, settings.shares)
        if kind is None:
            return None
        self._happened[kind] += 1
        return Fault(kind=kind, retry_after=settings.retry_after, hang=settings.hang)

    def report(self) -> dict[str, Any]:
        """The seed, how many requests there were, and how often each fault happened."""
        return {
            "seed": self._settings.seed,
            "running": self._running,
            "requests": self._requests,
            "happened": {kind: self._happened[kind] for kind in self._settings.shares},
        }
