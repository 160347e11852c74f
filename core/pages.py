"""A page of a long list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Page(Generic[T_co]):
    """One page, counted from 1; `total` counts the rows of all pages."""

    rows: Sequence[T_co]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        return -(-self.total // self.size)


def offset(number: int, size: int) -> int:
    """Return how many rows come before a page."""
    return (number - 1) * size
