"""Lengths as Telegram counts them: in UTF-16 code units, where an emoji is two."""


def utf16_length(text: str) -> int:
    """How many UTF-16 code units the text takes."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_offsets(text: str) -> list[int]:
    """For every index of the text, and its end, the offset in UTF-16 code units."""
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + (2 if character > "\uffff" else 1))
    return offsets
