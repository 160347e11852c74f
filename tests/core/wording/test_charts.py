"""Charts: what they look like is for people to judge; that they can always be drawn is not."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wording import charts, drawing
from core.wording.charts import UsedAndWasted
from sandbox.messages.files import image_size
from tests.support.charts import MONDAY, WEEK


def test_a_chart_is_the_same_small_picture_each_time_whoever_draws_it() -> None:
    kept = UsedAndWasted.of_json(json.loads(json.dumps(WEEK.to_json())))
    assert kept == WEEK
    with ThreadPoolExecutor(4) as threads:
        [picture] = set(threads.map(drawing.png, [WEEK, kept] * 2))
    assert image_size(picture) == (1200, 800)
    assert len(picture) < 200_000
    assert picture != drawing.png(replace(WEEK, title="Cabin"))


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Küche 🥛👨‍👩‍👧 ❤️",
        "台所, 1 to 7 June",
        "بيت علي",
        "$x_1$ \\frac{",
        "Donaudampfschifffahrtsgesellschaft " * 9,
        "a\u0301\u0302\ud800\x00\n\u202eb",
    ],
)
def test_a_title_of_whatever_characters_can_be_drawn(title: str) -> None:
    assert image_size(drawing.png(replace(WEEK, title=title))) == (1200, 800)


def test_a_month_of_thousands_and_a_week_of_nothing_can_be_drawn() -> None:
    days = [MONDAY + timedelta(day) for day in range(30)]
    assert drawing.png(UsedAndWasted(days, [12_345] * 30, range(30), "June"))
    assert drawing.png(replace(WEEK, used=[0] * 7, wasted=[0] * 7))


@given(st.text(max_size=20))
def test_nothing_is_drawn_that_the_font_lacks(title: str) -> None:
    from core.wording import drawing

    kept = drawing.drawable(title)
    assert kept.strip() == kept != ""
    assert drawing.drawable(kept) == kept
    assert kept == drawing.PLAIN_TITLE or set(kept) <= {*title, " "}


def test_names_in_letters_that_the_font_lacks_are_not_shown_in_part() -> None:
    from core.wording import drawing

    assert drawing.drawable("台所, 1 to 7 June") == "Used and wasted"
    assert drawing.drawable("Küche 🥛, 1 to 7 June") == "Küche, 1 to 7 June"


def test_figures_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="as many figures as days"):
        drawing.png(replace(WEEK, used=[1]))


def test_a_chart_in_words() -> None:
    assert charts.describe(WEEK) == (
        "Used 39 times and thrown away 4 times from Mon 1 Jun to Sun 7 Jun: Mon 3 and 0, Tue 5 and 1, "
        "Wed 2 and 0, Thu 8 and 2, Fri 4 and 0, Sat 11 and 0, Sun 6 and 1."
    )
    days = [MONDAY + timedelta(day) for day in range(30)]
    month = UsedAndWasted(days, [0] * 29 + [1], [100] * 30, "June")
    assert charts.describe(month) == "Used 1 time and thrown away 3,000 times from Mon 1 Jun to Tue 30 Jun."
    nothing = replace(WEEK, used=[0] * 7, wasted=[0] * 7)
    assert charts.describe(nothing) == "Nothing was used or thrown away from Mon 1 Jun to Sun 7 Jun."
