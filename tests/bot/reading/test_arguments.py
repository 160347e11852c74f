"""What stands after a command: a name, a reason, a place, a word that says what to do."""

import pytest

from bot.reading import arguments
from core.errors import Invalid

EXAMPLE = "/use 3 milk"


def test_a_name_is_told_in_single_spaces() -> None:
    assert arguments.words("  oat \t milk ", EXAMPLE) == "oat milk"


def test_without_a_name_an_example_says_what_to_type() -> None:
    for typed in (None, "", "  "):
        with pytest.raises(Invalid, match="Say which item, for example: /use 3 milk"):
            arguments.words(typed, EXAMPLE)


def test_a_name_that_no_item_can_have_is_refused_before_it_is_looked_for() -> None:
    longest = "m" * arguments.LONGEST_NAME
    assert arguments.words(longest, EXAMPLE) == longest
    with pytest.raises(Invalid, match="at most 200 characters; this one has 201"):
        arguments.words(f"{longest}m", EXAMPLE)


def test_several_items_in_one_message_are_refused() -> None:
    with pytest.raises(Invalid, match="One item at a time"):
        arguments.words("milk\neggs", EXAMPLE)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("1 milk: mouldy", ("1 milk", "mouldy")),
        ("1 milk", ("1 milk", None)),
        ("1 milk: ", ("1 milk", None)),
        ("2 cola: zero: flat", ("2 cola: zero", "flat")),
        (None, ("", None)),
    ],
)
def test_a_reason_stands_after_the_last_colon(typed: str | None, told: tuple[str, str | None]) -> None:
    assert arguments.reason(typed) == told


@pytest.mark.parametrize(
    ("typed", "words", "place"),
    [
        ("milk to freezer", "milk", "freezer"),
        ("milk to the top shelf", "milk", "top shelf"),
        ("ready to eat soup TO pantry", "ready to eat soup", "pantry"),
    ],
)
def test_a_place_stands_after_the_last_to(typed: str, words: str, place: str) -> None:
    assert arguments.destination(typed, "/move milk to freezer") == (words, place)


@pytest.mark.parametrize("typed", [None, "milk", "milk to", "to freezer"])
def test_a_move_without_a_place_or_an_item_is_asked_for_both(typed: str | None) -> None:
    with pytest.raises(Invalid, match="Say what goes where, for example: /move milk to freezer"):
        arguments.destination(typed, "/move milk to freezer")


def test_the_first_word_says_what_to_do_however_it_is_written() -> None:
    assert arguments.subcommand("NEW  Summer   House ") == ("new", "Summer House")
    assert arguments.subcommand("delete") == ("delete", "")
    assert arguments.subcommand(None) == ("", "")
