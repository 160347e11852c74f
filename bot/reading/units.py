"""Units as people type them, and how many of one are in another."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from core.errors import Invalid
from core.quantities import display
from core.text import fold, singular

DEFAULT = "pcs"


@dataclass(frozen=True)
class Measure:
    """What a unit measures, and how many of the smallest of its kind it holds."""

    kind: str
    size: int


_MEASURES = {
    "g": Measure("mass", 1),
    "kg": Measure("mass", 1000),
    "ml": Measure("volume", 1),
    "cl": Measure("volume", 10),
    "dl": Measure("volume", 100),
    "l": Measure("volume", 1000),
    "pcs": Measure("count", 1),
    "dozen": Measure("count", 12),
}
_SPELLINGS = {
    "g": "gr gram grams gramme grammes",
    "kg": "kgs kilo kilos kilogram kilograms",
    "ml": "milliliter milliliters millilitre millilitres",
    "cl": "centiliter centiliters centilitre centilitres",
    "dl": "deciliter deciliters decilitre decilitres",
    "l": "lt liter liters litre litres",
    "lb": "lbs pound pounds",
    "oz": "ounce ounces",
    "pcs": "pc pce piece pieces",
    "dozen": "doz dozens",
    "packs": "pack packet packets pkg",
    "pints": "pint pt",
    "quarts": "quart",
    "gallons": "gallon gal",
    "tbsp": "tablespoon tablespoons",
    "tsp": "teaspoon teaspoons",
}
_CONTAINERS = "bottle can tin jar box bag carton roll tube bunch crate tray tub pouch sachet portion serving"
# In the singular these may also begin a name: cup soup, loaf tin, pot noodles.
_AMBIGUOUS = "cup loaf slice bar stick head clove glass bowl pot block"


def _plural(one: str) -> str:
    if one.endswith("f"):
        return f"{one[:-1]}ves"
    return f"{one}es" if one.endswith(("ch", "ss", "x")) else f"{one}s"


_CANONICAL = {
    **{spelling: unit for unit, others in _SPELLINGS.items() for spelling in (unit, *others.split())},
    **{word: _plural(one) for one in f"{_CONTAINERS} {_AMBIGUOUS}".split() for word in (one, _plural(one))},
}


def canonical(word: str) -> str | None:
    """Return how we write a unit, or None for a word that is none."""
    return _CANONICAL.get(fold(word).rstrip("."))


def known(word: str, in_use: Collection[str] = ()) -> str | None:
    """Return how a household that uses the units `in_use` writes a unit, or else how we do.

    None for a word that is no unit.
    """
    unit = canonical(word)
    if is_measure(unit):
        return unit
    return next((theirs for theirs in in_use if _same(theirs, unit or word)), unit)


def may_begin_a_name(word: str) -> bool:
    """Return whether a unit without "of" may also begin a name."""
    return fold(word) in _AMBIGUOUS.split()


def _same(one: str, other: str) -> bool:
    return singular(fold(one)) == singular(fold(other))


def is_measure(unit: str | None) -> bool:
    """Return whether a unit is one of weight or volume, so it cannot be an item."""
    return unit in _MEASURES and _MEASURES[unit].kind != "count"


def convert(quantity: int, unit: str | None, item_name: str, item_unit: str) -> int:
    """Convert thousandths of a unit into thousandths of an item's own; no unit means the item's own.

    Raises Invalid if the one cannot be converted into the other exactly.
    """
    theirs = canonical(item_unit) or item_unit
    if unit is None or _same(canonical(unit) or unit, theirs):
        return quantity
    ours, other = _MEASURES.get(unit), _MEASURES.get(theirs)
    if ours is None or other is None or ours.kind != other.kind:
        raise Invalid(f"{item_name} is counted in {item_unit}, not in {unit}.")
    exact = Fraction(quantity * ours.size, other.size)
    if exact.denominator != 1:
        raise Invalid(
            f"{display(quantity, unit)} is too precise: {item_name} is counted in {item_unit}, "
            "with three decimals at most."
        )
    return int(exact)
