"""Drawing charts with matplotlib, without pyplot and its global state. Importing this takes a second."""

import re
import threading
import unicodedata
from functools import cache
from io import BytesIO
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from core.wording.charts import UsedAndWasted, weekday

# Phones show it at a third to a quarter of this size, hence the large type.
WIDTH_PX, HEIGHT_PX, DPI = 1200, 800, 100
MARGIN = 0.045
"""As a fraction of the width."""
BOTTOM, TOP = 0.13, 0.745
"""Where the bars begin and end, as fractions of the height."""
TITLE_PT, TEXT_PT, NUMBER_PT, COUNTS_PAD_PT = 39, 31, 27, 8
# The card stands out on Telegram's white and on its black. The two colours differ in hue and brightness, also
# for colour-blind people (https://jfly.uni-koeln.de/color/).
CARD, INK, SOFT, LINE = "#f6f8f9", "#12242b", "#4d616a", "#d5dee2"
USED, WASTED = "#0e7490", "#e69f00"
BAR, GAP = 0.39, 0.04
"""The width of a bar, and its distance from the other one of its day; a day is 1 wide."""
MOST_NAMED, MOST_DATED, MOST_NUMBERED = 8, 5, 8
"""How many days can be named, or named with dates, or have numbers on their bars."""
LEAST_TOP = 4
"""The least height of the vertical axis: otherwise a single use would look like a lot."""
LONGEST_TITLE = 80
PLAIN_TITLE = "Used and wasted"
# matplotlib is not thread-safe.
_drawing = threading.Lock()


def png(chart: UsedAndWasted) -> bytes:
    """Return a chart as PNG, always the same bytes. Raises ValueError unless each day has its figures."""
    if not len(chart.days) == len(chart.used) == len(chart.wasted) > 0:
        raise ValueError("a chart needs as many figures as days")
    with _drawing:
        figure = Figure(figsize=(WIDTH_PX / DPI, HEIGHT_PX / DPI), dpi=DPI, facecolor=CARD)
        canvas = FigureCanvasAgg(figure)
        _title(figure, chart.title)
        axes = figure.add_axes((MARGIN, BOTTOM, 1 - 2 * MARGIN, TOP - BOTTOM), facecolor=CARD)
        _bars(axes, chart)
        _days(axes, chart)
        _counts(axes, chart)
        _make_room(axes)
        figure.legend(
            *axes.get_legend_handles_labels(),
            loc="upper left",
            bbox_to_anchor=(MARGIN, 0.85),
            ncols=2,
            frameon=False,
            borderaxespad=0,
            borderpad=0,
            handlelength=0.9,
            handleheight=0.9,
            handletextpad=0.5,
            columnspacing=1.6,
            labelcolor=INK,
            prop=_font("DejaVuSans", TEXT_PT),
        )
        out = BytesIO()
        canvas.print_png(out, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return out.getvalue()


def _font(name: str, size: float) -> FontProperties:
    """Return one of matplotlib's own fonts: machines have different ones."""
    return FontProperties(fname=str(_file(name)), size=size)


def _file(name: str) -> Path:
    return Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf")


def _title(figure: Figure, title: str) -> None:
    text = figure.text(
        MARGIN,
        0.95,
        drawable(title[:LONGEST_TITLE]),
        color=INK,
        va="top",
        fontproperties=_font("DejaVuSans-Bold", TITLE_PT),
        # Names may contain dollar signs.
        parse_math=False,
    )
    _cut(text, WIDTH_PX * (1 - 2 * MARGIN))


def _cut(text: Text, widest_px: float) -> None:
    kept = text.get_text()
    while text.get_window_extent().width > widest_px:
        kept = kept[:-1].rstrip()
        text.set_text(f"{kept}…")


def drawable(title: str) -> str:
    """Return the part of a title that the font can draw, or a general title if it lacks letters or digits."""
    known = _glyphs()
    lacking = [character for character in title if ord(character) not in known]
    if any(unicodedata.category(character)[0] in "LN" for character in lacking):
        return PLAIN_TITLE
    kept = (character for character in title if ord(character) in known and not _unseen(character))
    words = " ".join("".join(kept).split())
    # An emoji may have stood before the punctuation.
    return re.sub(" (?=[,.:;])", "", words) or PLAIN_TITLE


def _unseen(character: str) -> bool:
    """Return whether a character is invisible: a control, a joiner or a variation selector."""
    return unicodedata.category(character)[0] == "C" or "\ufe00" <= character <= "\ufe0f"


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(get_font(str(_file("DejaVuSans-Bold"))).get_charmap())


def _bars(axes: Axes, chart: UsedAndWasted) -> None:
    numbered = len(chart.days) <= MOST_NUMBERED and max(*chart.used, *chart.wasted) < 100
    for counts, name, color, side in (
        (chart.used, "Used", USED, -0.5),
        (chart.wasted, "Wasted", WASTED, 0.5),
    ):
        at = [day + side * (BAR + GAP) for day in range(len(chart.days))]
        bars = axes.bar(at, counts, BAR, color=color, label=f"{name} {sum(counts):,}", zorder=2)
        if numbered:
            labels = [str(count) if count else "" for count in counts]
            axes.bar_label(
                bars,
                labels,
                padding=3,
                color=INK,
                fontproperties=_font("DejaVuSans", NUMBER_PT),
                # Keeps grid lines away from the number.
                path_effects=[withStroke(linewidth=9, foreground=CARD)],
            )


def _days(axes: Axes, chart: UsedAndWasted) -> None:
    step = 1 if len(chart.days) <= MOST_NAMED else -(-len(chart.days) // MOST_DATED)
    places = range(0, len(chart.days), step)
    names = [weekday(chart.days[place]) for place in places]
    if step > 1:
        names = [f"{name} {chart.days[place].day}" for name, place in zip(names, places, strict=True)]
    axes.set_xticks(places, names, color=INK, fontproperties=_font("DejaVuSans", TEXT_PT))
    axes.set_xlim(-0.6, len(chart.days) - 0.4)
    axes.tick_params(axis="x", length=0, pad=10)


def _counts(axes: Axes, chart: UsedAndWasted) -> None:
    # A tenth more, for the numbers above the bars.
    axes.set_ylim(0, max(LEAST_TOP, *chart.used, *chart.wasted) * 1.1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.tick_params(axis="y", length=0, pad=COUNTS_PAD_PT, labelcolor=SOFT)
    for label in axes.get_yticklabels():
        label.set_fontproperties(_font("DejaVuSans", TEXT_PT))
    axes.grid(axis="y", color=LINE, linewidth=1.5, zorder=1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)


def _make_room(axes: Axes) -> None:
    """Move the left edge of the bars to make room for the longest number on the vertical axis."""
    widest = max(label.get_window_extent().width for label in axes.get_yticklabels())
    left = MARGIN + (widest + COUNTS_PAD_PT * DPI / 72) / WIDTH_PX
    axes.set_position((left, BOTTOM, 1 - MARGIN - left, TOP - BOTTOM))
