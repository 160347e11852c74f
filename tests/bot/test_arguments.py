"""Quantities, units and names as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import arguments, units
from core.errors import Invalid
from core.quantities import LARGEST, display

EXAMPLE = "/use 3 milk"


@pytest.mark.parametrize(
    ("typed", "quantity", "unit", "words"),
    [
        ("3 milk", 3000, None, "milk"),
        ("1.5 milk", 1500, None, "milk"),
        ("1,5 milk", 1500, None, "milk"),
        ("½ milk", 500, None, "milk"),
        ("1½ l milk", 1500, "l", "milk"),
        ("2 l of milk", 2000, "l", "milk"),
        ("3kg flour", 3000, "kg", "flour"),
        ("500g flour", 500000, "g", "flour"),
        ("2 Litres oat milk", 2000, "l", "oat milk"),
        ("3x milk", 3000, None, "milk"),
        ("2 large eggs", 2000, None, "large eggs"),
        ("2 cans tomatoes", 2000, "cans", "tomatoes"),
        ("2 rolls", 2000, None, "rolls"),
        ("2 7up", 2000, None, "7up"),
        ("7up", 1000, None, "7up"),
        ("milk", 1000, None, "milk"),
        ("nan milk", 1000, None, "nan milk"),
        ("3    oat   milk ", 3000, None, "oat milk"),
        ("3\tmilk", 3000, None, "milk"),
    ],
)
def test_an_amount_is_understood(typed: str, quantity: int, unit: str | None, words: str) -> None:
    found = arguments.amount(typed, EXAMPLE, default=1000)
    assert (found.quantity, found.unit, found.words) == (quantity, unit, words)


def test_a_unit_may_be_part_of_a_name() -> None:
    assert arguments.amount("1 can opener", EXAMPLE).phrase == "can opener"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "3",
        "2 kg",
        "-3 milk",
        "−3 milk",
        "0 milk",
        "1e99 milk",
        "1.2345 milk",
        "1..2 milk",
        "1,000 nails",
        "2 milk\n3 eggs",
        "milk\neggs",
    ],
)
def test_what_cannot_be_an_amount_is_answered_with_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid):
        arguments.amount(typed, EXAMPLE, default=1000)


@given(st.text())
def test_nothing_that_is_typed_surprises_the_parser(typed: str) -> None:
    try:
        found = arguments.amount(typed, EXAMPLE, default=1000)
    except Invalid:
        return
    assert 0 < found.quantity <= LARGEST
    assert found.words == " ".join(found.words.split())


@given(st.integers(1, 999_999))
def test_a_quantity_that_was_shown_is_read_back(thousandths: int) -> None:
    assert arguments.amount(f"{display(thousandths)} milk", EXAMPLE).quantity == thousandths


@given(st.integers(1, LARGEST // 1000))
def test_converting_there_and_back_changes_nothing(quantity: int) -> None:
    for large, small in (("kg", "g"), ("l", "ml"), ("dl", "cl")):
        there = units.convert(quantity, large, "Flour", small)
        assert units.convert(there, small, "Flour", large) == quantity


@pytest.mark.parametrize(
    ("unit", "theirs"), [("kg", "l"), ("cans", "l"), ("l", "pcs"), ("lb", "kg"), ("g", "Packung")]
)
def test_what_cannot_be_told_in_the_items_unit_is_refused(unit: str, theirs: str) -> None:
    with pytest.raises(Invalid, match=f"The unit of Flour is {theirs}"):
        units.convert(1000, unit, "Flour", theirs)


def test_too_fine_a_quantity_is_not_rounded_away() -> None:
    with pytest.raises(Invalid, match="too fine"):
        units.convert(500, "g", "Flour", "kg")


def test_no_unit_means_the_items_own() -> None:
    assert units.convert(1500, None, "Flour", "Packung") == 1500
    assert units.convert(1500, "l", "Milk", "Litres") == 1500
