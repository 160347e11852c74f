"""Quantities, units and names as people type them, in front of a name or after it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import amounts
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
        ("1/2 kg sugar", 500, "kg", "sugar"),
        ("3/4l milk", 750, "l", "milk"),
        ("1 1/2 kg sugar", 1500, "kg", "sugar"),
        ("1 ½ kg sugar", 1500, "kg", "sugar"),
        ("24/7 drink", 1000, None, "24/7 drink"),
        ("10 × apples", 10000, None, "apples"),
        ("10×apples", 10000, None, "apples"),
        ("10 x apples", 10000, None, "apples"),
        ("10x apples", 10000, None, "apples"),
        ("two eggs", 2000, None, "eggs"),
        ("Twelve Eggs", 12000, None, "Eggs"),
        ("a pizza", 1000, None, "pizza"),
        ("half a melon", 500, None, "melon"),
        ("a dozen eggs", 1000, "dozen", "eggs"),
        ("two litres milk", 2000, "l", "milk"),
        ("five spice", 1000, None, "five spice"),
        ("seven", 1000, None, "seven"),
        ("soup 3 l", 3000, "l", "soup"),
        ("soup 3l", 3000, "l", "soup"),
        ("flour 1 1/2 kg", 1500, "kg", "flour"),
        ("milk 3", 1000, None, "milk 3"),
        ("coke 0", 1000, None, "coke 0"),
        ("vitamin b12", 1000, None, "vitamin b12"),
    ],
)
def test_an_amount_is_understood(typed: str, quantity: int, unit: str | None, words: str) -> None:
    found = amounts.amount(typed, EXAMPLE, default=1000)
    assert (found.quantity, found.unit, found.words) == (quantity, unit, words)


def test_a_unit_may_be_part_of_a_name() -> None:
    assert [other.words for other in amounts.amount("1 can opener", EXAMPLE).others] == ["can opener"]


@pytest.mark.parametrize(
    ("typed", "quantity", "words"),
    [
        ("milk 3", 3000, "milk"),
        ("milk x3", 3000, "milk"),
        ("milk × 3", 3000, "milk"),
        ("milk 1/2", 500, "milk"),
        ("five spice", 5000, "spice"),
    ],
)
def test_a_number_that_may_be_part_of_a_name_may_also_count(typed: str, quantity: int, words: str) -> None:
    maybe = amounts.amount(typed, EXAMPLE, default=1000).maybe
    assert maybe is not None
    assert (maybe.quantity, maybe.words) == (quantity, words)


@pytest.mark.parametrize(
    ("typed", "quantity", "unit", "words"),
    [
        ("2 cups greek yogurt", 2000, "cup", "greek yogurt"),
        ("1 cup of yogurt", 1000, "cup", "yogurt"),
        ("2 Becher Joghurt", 2000, "Becher", "Joghurt"),
        ("yogurt 2 cups", 2000, "cup", "yogurt"),
        ("3 loaves bread", 3000, "loaves", "bread"),
        ("1 loaf of bread", 1000, "loaves", "bread"),
        ("bread 1 loaf", 1000, "loaves", "bread"),
        ("1 pint milk", 1000, "pints", "milk"),
        ("1 cup soup", 1000, None, "cup soup"),
        ("2 litres milk", 2000, "l", "milk"),
    ],
)
def test_a_unit_is_understood_as_the_household_writes_it(
    typed: str, quantity: int, unit: str | None, words: str
) -> None:
    found = amounts.amount(typed, EXAMPLE, in_use=["Becher", "Liter", "cup"])
    assert (found.quantity, found.unit, found.words) == (quantity, unit, words)


def test_a_unit_that_begins_a_name_may_also_measure() -> None:
    maybe = amounts.amount("1 cup soup", EXAMPLE).maybe
    assert maybe is not None
    assert (maybe.quantity, maybe.unit, maybe.words) == (1000, "cups", "soup")


def test_where_a_number_has_to_be_said_it_may_stand_at_the_end() -> None:
    found = amounts.amount("milk 2", EXAMPLE)
    assert (found.quantity, found.words) == (2000, "milk")


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
        "1/3 l cream",
        "milk 0 l",
        "2 milk\n3 eggs",
        "milk\neggs",
    ],
)
def test_what_cannot_be_an_amount_is_answered_with_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid):
        amounts.amount(typed, EXAMPLE, default=1000)


@given(st.text())
def test_nothing_that_is_typed_surprises_the_parser(typed: str) -> None:
    try:
        found = amounts.amount(typed, EXAMPLE, default=1000)
    except Invalid:
        return
    assert 0 < found.quantity <= LARGEST
    assert found.words == " ".join(found.words.split())


@given(st.integers(1, 999_999))
def test_a_quantity_that_was_shown_is_read_back(thousandths: int) -> None:
    assert amounts.amount(f"{display(thousandths)} milk", EXAMPLE).quantity == thousandths
