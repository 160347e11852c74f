"""Text that people type, made safe to store without changing its meaning."""

import unicodedata
from functools import cache

from pluralizer import Pluralizer

from core.errors import Invalid

# Cc: control characters, such as NUL, which PostgreSQL cannot store. Cs: halves of surrogate pairs.
# Zl, Zp: line and paragraph separators.
FORBIDDEN = {"Cc", "Cs", "Zl", "Zp"}
INVISIBLE = {"Cf", "Zs", "Zl", "Zp", "Cc", "Mn"}
# They change the text direction, which could make one person's name look like another's.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(value: str, field: str, longest: int, *, multiline: bool = False) -> str:
    """Return `value` in NFC, stripped, with `\\n` line ends. Raises Invalid when unusable."""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    allowed = "\n\t" if multiline else ""
    for character in set(text).difference(allowed):
        if unicodedata.category(character) in FORBIDDEN or character in TURNING:
            raise Invalid(f"{field} contains characters that cannot be shown. Please leave them out.", field)
    if not visible(text):
        raise Invalid(f"{field} must not be empty.", field)
    if len(text) > longest:
        raise Invalid(f"{field} must have at most {longest} characters; this one has {len(text)}.", field)
    return text


def clean_optional(value: str | None, field: str, longest: int, *, multiline: bool = False) -> str | None:
    """Return the cleaned text, or None when there is none."""
    return clean(value, field, longest, multiline=multiline) if value is not None and value.strip() else None


def visible(text: str) -> bool:
    """Return whether there is anything to see: not only spaces and zero-width characters."""
    return bool({unicodedata.category(character) for character in text} - INVISIBLE)


def fold(value: str) -> str:
    """Return a form of a name to compare it by, whatever its case."""
    return unicodedata.normalize("NFC", value).casefold()


def contains_pattern(words: str) -> str:
    """Return a LIKE pattern (escape character `\\`) for names that contain `words`."""
    escaped = fold(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def singular(name: str) -> str:
    """Return the singular of an English noun."""
    return _rules().singular(name)


@cache
def _rules() -> Pluralizer:
    return Pluralizer()  # type: ignore[no-untyped-call]
