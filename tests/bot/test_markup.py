"""Text as Telegram wants it."""

from hypothesis import given
from hypothesis import strategies as st

from bot import markup


def test_what_people_typed_is_shown_literally() -> None:
    assert markup.bold('Milk <3 & "co"') == '<b>Milk &lt;3 &amp; "co"</b>'
    assert markup.example("/use <b>") == "<code>/use &lt;b&gt;</code>"


@given(st.text(max_size=60), st.integers(1, 50))
def test_what_is_shortened_fits_and_what_fits_stays(text: str, longest: int) -> None:
    short = markup.shorten(text, longest)
    assert len(short) <= longest
    assert short == text if len(text) <= longest else short.endswith("…")


def test_telegram_counts_an_emoji_twice() -> None:
    assert markup.units("milk") == 4
    assert markup.units("🥛") == 2


def test_a_number_agrees_with_what_it_counts() -> None:
    assert [markup.counted(number, "item") for number in (0, 1, 2)] == ["0 items", "1 item", "2 items"]
    assert markup.counted(3, "entry", "entries") == "3 entries"
