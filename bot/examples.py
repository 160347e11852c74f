"""Examples of what to type. A tap on one copies it; what Telegram makes of a bare command would be sent."""

from bot.markup import plain
from core.errors import Invalid


def example(typed: str) -> str:
    """Return a whole command as it is shown."""
    return f"<code>{plain(typed)}</code>"


class Unclear(Invalid):
    """What was typed cannot be read: `html` is the sentence, with commands that can be."""

    def __init__(self, sentence: str, *examples: str) -> None:
        super().__init__(f"{sentence} {_either(examples)}")
        self.html = f"{plain(sentence)} {_either([example(one) for one in examples])}"


def _either(examples: "tuple[str, ...] | list[str]") -> str:
    *first, last = examples
    return f"{', '.join(first)} or {last}." if first else last
