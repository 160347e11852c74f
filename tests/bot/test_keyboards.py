"""Rows of buttons, and pages of what is too long for one message."""

import pytest

from bot.callbacks import Keep
from bot.keyboards import LONGEST_LABEL, Leaf, button, grid, keyboard
from bot.stock.callbacks import TurnPart


def labels(leaf: Leaf[int]) -> list[str]:
    return [one.text for one in leaf.turns(lambda to: TurnPart(number=to))]


@pytest.mark.parametrize(
    ("number", "rows", "title", "turns"),
    [
        (1, [0, 1, 2], "Stock · page 1 of 3", ["Next ›"]),
        (2, [3, 4, 5], "Stock · page 2 of 3", ["‹ Back", "Next ›"]),
        (3, [6], "Stock · page 3 of 3", ["‹ Back"]),
        # What was on the page after is gone by now.
        (9, [6], "Stock · page 3 of 3", ["‹ Back"]),
    ],
)
def test_a_page_has_its_rows_and_leads_to_those_beside_it(
    number: int, rows: list[int], title: str, turns: list[str]
) -> None:
    leaf = Leaf(range(7), number, 3)
    assert (list(leaf.rows), leaf.title("Stock"), labels(leaf)) == (rows, title, turns)


def test_what_fits_on_one_page_says_nothing_of_pages() -> None:
    for size in (0, 3):
        leaf = Leaf(range(size), 1, 3)
        assert (leaf.title("Stock"), labels(leaf)) == ("Stock", [])


def test_empty_rows_are_left_out_and_nothing_at_all_is_no_keyboard() -> None:
    one = button("Cancel", Keep())
    markup = keyboard([], [one])
    assert markup is not None
    assert markup.inline_keyboard == [[one]]
    assert keyboard([], []) is None


def test_a_grid_fills_its_rows() -> None:
    buttons = [button(str(number), Keep()) for number in range(5)]
    assert [[one.text for one in row] for row in grid(buttons, 2)] == [["0", "1"], ["2", "3"], ["4"]]


def test_a_long_label_is_cut() -> None:
    assert len(button("x" * 100, Keep()).text) == LONGEST_LABEL
