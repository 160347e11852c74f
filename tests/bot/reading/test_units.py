"""Units as people type them, and how many of one are in another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import units
from core.errors import Invalid
from core.quantities import LARGEST


@given(st.integers(1, LARGEST // 1000))
def test_converting_there_and_back_changes_nothing(quantity: int) -> None:
    for large, small in (("kg", "g"), ("l", "ml"), ("dl", "cl")):
        there = units.convert(quantity, large, "Flour", small)
        assert units.convert(there, small, "Flour", large) == quantity


@pytest.mark.parametrize(
    ("unit", "theirs"), [("kg", "l"), ("cans", "l"), ("l", "pcs"), ("lb", "kg"), ("g", "Packung")]
)
def test_what_cannot_be_told_in_the_items_unit_is_refused(unit: str, theirs: str) -> None:
    with pytest.raises(Invalid, match=f"Flour is counted in {theirs}"):
        units.convert(1000, unit, "Flour", theirs)


def test_too_fine_a_quantity_is_not_rounded_away() -> None:
    with pytest.raises(Invalid, match="too precise"):
        units.convert(500, "g", "Flour", "kg")


def test_no_unit_means_the_items_own() -> None:
    assert units.convert(1500, None, "Flour", "Packung") == 1500
    assert units.convert(1500, "l", "Milk", "Litres") == 1500
    assert units.convert(2000, "cups", "Yogurt", "Cup") == 2000
    assert units.convert(2000, "packungen", "Flour", "Packungen") == 2000
