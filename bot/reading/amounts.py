"""Amounts as people type them: a quantity, perhaps a unit, and the words that name an item."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from bot.errors import Unclear
from bot.filters import Home
from bot.reading import units
from bot.reading.arguments import words
from core import quantities
from core.errors import Invalid
from core.inventory import catalog
from core.quantities import THOUSANDTHS
from core.text import fold, singular

_FRACTIONS = {"½": 500, "¼": 250, "¾": 750}
# A number as typed: "3", "-3", "1,5", "1½", "1/2", "1 1/2".
_NUMBER = (
    r"(?:(?:(?P<whole>\d+)(?: |(?=[½¼¾])))?(?P<fraction>[½¼¾]|\d/[1-9](?![\d/]))"
    r"|(?P<number>[-+−]?(?:\d[\d.,]*(?:e[-+]?\d+)?|[.,]\d+)))"
)
# A number, what is glued to it ("500g", "3x"), and what it counts.
_BEGINNING = re.compile(rf"{_NUMBER}(?P<glued>×|[^\d\s×]*)(?:(?:\s+|(?<=×)(?=\D))(?P<rest>.*))?", re.I | re.S)
_END = re.compile(rf"(?P<words>.+?) (?:[x×] ?)?{_NUMBER}(?P<glued>[^\d\s]*)(?: (?P<unit>[^\d\s]+))?", re.I)
_COUNTS = "two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {
    **dict.fromkeys(("half a", "half an"), 500),
    **dict.fromkeys(("a", "an", "one"), 1000),
    **{word: number * THOUSANDTHS for number, word in enumerate(_COUNTS.split(), start=2)},
}
_IN_WORDS = re.compile(rf"(?P<number>{'|'.join(_NUMBER_WORDS)})\s+(?P<rest>\S.*)", re.I | re.S)
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+")
_TIMES = {"x", "×"}
_TIMES_FIRST = re.compile(r"^(?:x\s+|×\s*)(?=\S)", re.I)


@dataclass(frozen=True)
class Amount:
    """`quantity` in thousandths. `words` name the item.

    `others` are readings with a longer name, if there is such an item: "1 can opener" may not be one can of
    opener. `maybe` is a reading with a shorter name, if there is such an item: "milk 3" may be three of milk,
    and "1 cup soup" one cup of soup.
    """

    quantity: int
    unit: str | None
    words: str
    others: tuple["Amount", ...] = ()
    maybe: "Amount | None" = None


def amount(
    text: str | None,
    example: str,
    *,
    zero: bool = False,
    default: int | None = None,
    in_use: Collection[str] = (),
) -> Amount:
    """Return a quantity and a name; the quantity may stand in front or at the end.

    Without a number it is `default` thousandths, and without a default that is an error. `in_use` are the
    units of the household's items. Raises Invalid.
    """
    typed = (text or "").strip()
    beginning = _BEGINNING.fullmatch(typed)
    measured = _measured(beginning, in_use, zero=zero) if beginning else None
    if beginning and measured:
        return _in_front(*measured, beginning["rest"] or "", example, in_use)
    name = words(text, example)
    whole = Amount(default, None, name) if default is not None else None
    in_words = _IN_WORDS.fullmatch(name)
    if in_words:
        number = _NUMBER_WORDS[in_words["number"].lower()]
        counted = _in_front(number, None, in_words["rest"], example, in_use)
        return _perhaps(whole, counted, sure=_sure(number))
    at_end = _at_end(name, in_use, zero=zero)
    if at_end:
        return _perhaps(whole, at_end, sure=lambda found: found.unit is not None)
    if whole is None:
        raise Unclear("Say how many first, for example:", example)
    return whole


async def read(
    home: Home,
    text: str | None,
    example: str,
    *,
    zero: bool = False,
    default: int | None = None,
) -> Amount:
    """Return the amount that was typed; see `amount`. Raises Invalid."""
    in_use = await home.read(catalog.units)
    return amount(text, example, zero=zero, default=default, in_use=in_use)


def _in_front(quantity: int, unit: str | None, rest: str, example: str, in_use: Collection[str]) -> Amount:
    phrase = words(_TIMES_FIRST.sub("", rest, count=1), example)
    if unit is not None:
        return Amount(quantity, unit, _without_of(phrase))
    first, _, named = phrase.partition(" ")
    known = units.known(first, in_use)
    if not named and units.is_measure(known):
        raise Unclear("Say which item, for example:", example)
    counted = Amount(quantity, None, phrase)
    if known is None or not named:
        return counted
    measured = Amount(quantity, known, _without_of(named))
    if measured.words == named and units.may_begin_a_name(first):
        return replace(counted, maybe=measured)
    return replace(measured, others=(counted,))


def _at_end(name: str, in_use: Collection[str], *, zero: bool) -> Amount | None:
    found = _END.fullmatch(name)
    if found is None:
        return None
    unit = units.known(found["unit"], in_use) if found["unit"] else None
    if found["unit"] and (unit is None or found["glued"]):
        return None
    try:
        measured = _measured(found, in_use, zero=zero)
    except Invalid:
        # "Coke 0" is a name, "milk 0 l" is not.
        if unit is None:
            return None
        raise
    return Amount(measured[0], measured[1] or unit, found["words"]) if measured else None


def _perhaps(whole: Amount | None, counted: Amount, *, sure: Callable[[Amount], bool]) -> Amount:
    """Return the likelier of two readings, with the other as an alternative."""
    if whole is None:
        return counted
    if sure(counted):
        return replace(counted, others=(whole, *counted.others))
    return replace(whole, maybe=counted)


def _sure(number: int) -> Callable[[Amount], bool]:
    """Return a test of whether a number word counts: "two eggs" are two, "five spice" is a name."""
    return lambda found: (
        number <= THOUSANDTHS or found.unit is not None or singular(fold(found.words)) != fold(found.words)
    )


def _measured(match: re.Match[str], in_use: Collection[str], *, zero: bool) -> tuple[int, str | None] | None:
    """Return the thousandths and the unit glued to them, or None if it is no number. Raises Invalid."""
    glued = match["glued"].lower()
    unit = units.known(glued, in_use) if glued else None
    if any(fraction in glued for fraction in _FRACTIONS):
        raise Invalid("quantity must be a number such as 2, 1.5 or 1½.", "quantity")
    if glued and unit is None and glued not in _TIMES:
        return None
    if match["fraction"]:
        return _with_fraction(match["whole"], match["fraction"]), unit
    number = match["number"].replace("−", "-")
    if _THOUSANDS.fullmatch(number):
        raise Invalid(
            f"{number} can be read in two ways. Write {number.replace(',', '')}, or use a decimal point."
        )
    return quantities.parse(number, zero=zero), unit


def _with_fraction(whole: str | None, fraction: str) -> int:
    thousandths = _FRACTIONS.get(fraction)
    if thousandths is None:
        above, _, below = fraction.partition("/")
        thousandths, rest = divmod(int(above) * THOUSANDTHS, int(below))
        if rest:
            raise Invalid(f"{fraction} is not exact in decimals. Write it with a point, such as 0.33.")
    number = quantities.parse(whole, zero=True) if whole else 0
    return quantities.parse(quantities.decimal(number + thousandths))


def _without_of(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if first.lower() == "of" and rest else name
