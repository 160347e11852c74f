"""English plurals, for names that people type and for units."""

from functools import cache

from pluralizer import Pluralizer


def singular(name: str) -> str:
    """Return the singular of an English name; what is none already comes back as it is."""
    return _rules().singular(name)


@cache
def _rules() -> Pluralizer:
    return Pluralizer()  # type: ignore[no-untyped-call]
