"""How much a test does: a share of it on every run, and all of it with `make chaos`."""

import os

FULL = os.environ.get("STOCKBELL_CHAOS") == "full"


def scaled(whole: int, share: float = 0.1) -> int:
    """Return how many of something this run does."""
    return whole if FULL else int(whole * share)
