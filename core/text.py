"""What people type: made safe to store, never changed in meaning."""

import unicodedata
from functools import cache

from pluralizer import Pluralizer

from core.errors import Invalid

# Cc: control characters, NUL among them (PostgreSQL cannot store it). Cs: halves of surrogate pairs.
# Zl, Zp: line and paragraph separators.
FORBIDDEN = {"Cc", "Cs", "Zl", "Zp"}
# They turn the direction of what stands after them, which could make one person's name read as another's.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(value: str, field: str, longest: int, *, multiline: bool = False) -> str:
    """Return `value` in NFC without spaces around it, each line ended by `\\n`.

    Raises Invalid when empty, longer, or unprintable.
    """
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    allowed = "\n\t" if multiline else ""
    if any(_forbidden(character) and character not in allowed for character in text):
        raise Invalid(f"{field} contains characters that cannot be shown. Please leave them out.", field)
    if not visible(text):
        raise Invalid(f"{field} must not be empty.", field)
    if len(text) > longest:
        raise Invalid(f"{field} must have at most {longest} characters; this one has {len(text)}.", field)
    return text


def _forbidden(character: str) -> bool:
    return unicodedata.category(character) in FORBIDDEN or character in TURNING


def clean_optional(value: str | None, field: str, longest: int, *, multiline: bool = False) -> str | None:
    """Return the cleaned text, or None when there is none."""
    return clean(value, field, longest, multiline=multiline) if value is not None and value.strip() else None


def visible(text: str) -> bool:
    """Say whether there is anything to see: zero-width characters alone name nothing."""
    return any(
        unicodedata.category(character) not in {"Cf", "Zs", "Zl", "Zp", "Cc", "Mn"} for character in text
    )


def fold(value: str) -> str:
    """Return the form in which two spellings of one name are equal, whatever their case."""
    return unicodedata.normalize("NFC", value).casefold()


def contains_pattern(words: str) -> str:
    """Return a LIKE pattern (escape character `\\`) for names that contain `words`."""
    escaped = fold(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def singular(name: str) -> str:
    """Return the singular of an English name; what is none already comes back as it is."""
    return _rules().singular(name)


@cache
def _rules() -> Pluralizer:
    return Pluralizer()  # type: ignore[no-untyped-call]
