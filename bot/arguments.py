"""What people type after a command: a quantity, perhaps a unit, and the words that name an item."""

import re
from dataclasses import dataclass

from bot import units
from core import quantities
from core.errors import Invalid
from core.text import clean

_FRACTIONS = {"½": 500, "¼": 250, "¾": 750}
# A number as typed, with what is glued to it: "3", "-3", "1,5", "1½", "500g", "3x".
_NUMBER = re.compile(
    r"(?P<number>[-+−]?(?:\d[\d.,]*(?:e[-+]?\d+)?|[.,]\d+))?(?P<fraction>[½¼¾])?(?P<glued>\D*)", re.I
)
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+")
_TIMES = {"x", "×"}
LONGEST_NAME = 200
LONGEST_REASON = 200
LONGEST_PLACE = 50
_GOES_TO = re.compile(r"(?P<words>.+)\s+to\s+(?:the\s+)?(?P<place>\S.*)", re.I | re.S)


@dataclass(frozen=True)
class Amount:
    """`quantity` in thousandths. `words` name the item.

    `phrase` are the words with the unit still among them: "1 can opener" may be one can of opener or not.
    """

    quantity: int
    unit: str | None
    words: str
    phrase: str


def words(text: str | None, example: str) -> str:
    """Return the words that name something, in single spaces. Raises Invalid when there are none."""
    if "\n" in (text or "").strip():
        raise Invalid("One item at a time, please: send each in a message of its own.")
    found = " ".join((text or "").split())
    if not found:
        raise Invalid(f"Say which item, for example: {example}")
    if len(found) > LONGEST_NAME:
        raise Invalid(f"A name has at most {LONGEST_NAME} characters; this one has {len(found)}.")
    return found


def amount(text: str | None, example: str, *, zero: bool = False, default: int | None = None) -> Amount:
    """Return a quantity and a name.

    Without a number in front, the quantity is `default` thousandths; without a default it is asked for.
    Raises Invalid.
    """
    first, rest = [*(text or "").split(maxsplit=1), "", ""][:2]
    parsed = _number(first, zero=zero)
    if parsed is None:
        name = words(text, example)
        if default is None:
            raise Invalid(f"Say how many first, for example: {example}")
        return Amount(default, None, name, name)
    quantity, glued = parsed
    phrase = words(rest, example)
    if glued is not None:
        return Amount(quantity, glued, _without_of(phrase), phrase)
    unit, _, named = phrase.partition(" ")
    known = units.canonical(unit)
    if not named and units.is_measure(known):
        raise Invalid(f"Say which item, for example: {example}")
    if known is None or not named:
        return Amount(quantity, None, phrase, phrase)
    return Amount(quantity, known, _without_of(named), phrase)


def reason(text: str | None) -> tuple[str, str | None]:
    """Return what stands before the last colon, and the reason after it, if one is given. Raises Invalid."""
    before, colon, after = (text or "").rpartition(":")
    if not colon:
        return after, None
    return before, clean(after, "The reason", LONGEST_REASON) if after.strip() else None


def destination(text: str | None, example: str) -> tuple[str, str]:
    """Return the words that name an item, and the place that it goes to. Raises Invalid."""
    found = _GOES_TO.fullmatch((text or "").strip())
    if found is None:
        raise Invalid(f"Say what goes where, for example: {example}")
    return words(found["words"], example), clean(found["place"], "The place", LONGEST_PLACE)


def subcommand(text: str | None) -> tuple[str, str]:
    """Return the first word in lower case, and the rest in single spaces."""
    first, *rest = [*(text or "").split(), ""]
    return first.lower(), " ".join(rest).rstrip()


def _number(word: str, *, zero: bool) -> tuple[int, str | None] | None:
    """Return the thousandths and the unit glued to them, or None for a word that is no number."""
    match = _NUMBER.fullmatch(word)
    if match is None or not (match["number"] or match["fraction"]):
        return None
    glued = match["glued"].lower()
    unit = units.canonical(glued) if glued else None
    if glued and unit is None and glued not in _TIMES:
        return None
    number = (match["number"] or "").replace("−", "-")
    if _THOUSANDS.fullmatch(number):
        raise Invalid(
            f"{number} can be read in two ways. Write it as {number.replace(',', '')}, or with a point "
            "for the decimals."
        )
    if not match["fraction"]:
        return quantities.parse(number, zero=zero), unit
    if number and not number.isdigit():
        raise Invalid("quantity must be a number such as 2, 1.5 or 1½.", "quantity")
    whole = quantities.parse(number, zero=True) if number else 0
    return quantities.parse(quantities.decimal(whole + _FRACTIONS[match["fraction"]])), unit


def _without_of(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if first.lower() == "of" and rest else name
