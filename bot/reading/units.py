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
    "bottles": "bottle",
    "cans": "can",
    "tins": "tin",
    "jars": "jar",
    "boxes": "box",
    "bags": "bag",
    "cartons": "carton",
    "rolls": "roll",
    "tubes": "tube",
    "bunches": "bunch",
    "pints": "pint pt",
    "quarts": "quart",
    "gallons": "gallon gal",
    "crates": "crate",
    "trays": "tray",
    "tubs": "tub",
    "pouches": "pouch",
    "sachets": "sachet",
    "portions": "portion",
    "servings": "serving",
    "tbsp": "tablespoon tablespoons",
    "tsp": "teaspoon teaspoons",
}
# In the singular they may begin a name as well: cup soup, loaf tin, pot noodles.
_AMBIGUOUS = {
    "cups": "cup",
    "loaves": "loaf",
    "slices": "slice",
    "bars": "bar",
    "sticks": "stick",
    "heads": "head",
    "cloves": "clove",
    "glasses": "glass",
    "bowls": "bowl",
    "pots": "pot",
    "blocks": "block",
}
_CANONICAL = {
    spelling: unit
    for unit, spellings in (*_SPELLINGS.items(), *_AMBIGUOUS.items())
    for spelling in (unit, *spellings.split())
}


def canonical(word: str) -> str | None:
    """Return how we write a unit, or None for another word."""
    return _CANONICAL.get(fold(word).rstrip("."))


def known(word: str, in_use: Collection[str] = ()) -> str | None:
    """Return how we, or a household that uses the units `in_use`, write a unit; None for another word."""
    unit = canonical(word)
    if is_measure(unit):
        return unit
    return next((theirs for theirs in in_use if _same(theirs, unit or word)), unit)


def may_begin_a_name(word: str) -> bool:
    """Return whether a unit without "of" may also begin a name."""
    return fold(word) in _AMBIGUOUS.values()


def _same(one: str, other: str) -> bool:
    return singular(fold(one)) == singular(fold(other))


def is_measure(unit: str | None) -> bool:
    """Return whether a unit weighs or measures, so that it cannot be an item."""
    return unit in _MEASURES and _MEASURES[unit].kind != "count"


def convert(quantity: int, unit: str | None, item_name: str, item_unit: str) -> int:
    """Return so many thousandths of a unit in the unit of an item; no unit means the item's own.

    Raises Invalid when one cannot be told in the other.
    """
    theirs = canonical(item_unit) or item_unit
    if unit is None or _same(canonical(unit) or unit, theirs):
        return quantity
    ours, other = _MEASURES.get(unit), _MEASURES.get(theirs)
    if ours is None or other is None or ours.kind != other.kind:
        raise Invalid(
            f"The unit of {item_name} is {item_unit}. Say how many {item_unit}, not how many {unit}."
        )
    exact = Fraction(quantity * ours.size, other.size)
    if exact.denominator != 1:
        raise Invalid(
            f"{display(quantity, unit)} is too fine: {item_name} is counted in {item_unit}, "
            f"to the thousandth at most."
        )
    return int(exact)
