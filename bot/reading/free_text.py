"""Plain words that mean a command: "add 2 l milk", "used 1 milk", "what's low?", "hello"."""

import re

from bot.command_menu import COMMANDS
from core.telegram import link_codes

# What may come before an item's name; a command by itself is one whatever it is called.
_WITH_WORDS = (
    *("use", "add", "waste", "move", "buy", "find", "remove", "expires", "min", "mymin"),
    *("follow", "ignore", "mute", "invite", "settings", "list", "stock"),
)
_VERBS = {
    **{verb: verb for verb in _WITH_WORDS},
    **dict.fromkeys(("used", "ate", "drank"), "use"),
    **dict.fromkeys(("added", "bought"), "add"),
    **dict.fromkeys(("wasted", "threw away", "throw away", "threw out", "throw out"), "waste"),
    "moved": "move",
    "removed": "remove",
}
_VERB = re.compile(
    rf"(?:please )?(?:(?:i|we)(?: have|'ve|’ve)?(?: just)? )?(?P<verb>{'|'.join(_VERBS)})\s+(?P<rest>\S.*)",
    re.I | re.S,
)
_LEFT = r" (?:do|have|has|are|is) (?:we|i|there|left|in)\b.*| left| in stock"
_IS_THERE = r"do (?:we|i) have|have we(?: got)?|is there|are there"
_QUESTIONS = tuple(
    (re.compile(pattern, re.I), command)
    for pattern, command in (
        (r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there| bot| stockbell)?", "help"),
        (r"(?:help(?: me)?|what can (?:you|i) do|how does (?:this|it) work)", "help"),
        (r"what(?:'s|’s| is| are)?(?: we)? (?:running |getting )?low(?: on)?", "low"),
        (r"what(?:'s|’s| is| are| do)?(?: we)? (?:running|run) out(?: of)?", "low"),
        (r"what(?:'s|’s| is)? (?:expir(?:es|ing)|about to expire|going off)(?: soon)?", "expiring"),
        (r"what(?:'s|’s| is)? (?:there|in stock)", "stock"),
        (r"what(?:'s|’s| is)? in (?:the |my |our )?(?P<words>.+)", "stock"),
        (r"what do (?:we|i) have(?: in (?:the |my |our )?(?P<words>.+))?", "stock"),
        (r"what (?:do|should|must) (?:we|i)(?: have to| need to)? buy", "list"),
        (r"(?:the )?shopping list", "list"),
        (rf"how (?:much|many) (?P<words>.+?)(?:{_LEFT})?", "find"),
        (rf"(?:{_IS_THERE}) (?:any |some )?(?P<words>.+?)(?: left)?", "find"),
        (r"where (?:is|are) (?:the |my |our )?(?P<words>.+)", "find"),
    )
)
_CODE_SEPARATORS = str.maketrans("", "", " -")


def command(text: str) -> str | None:
    """Return the command that plain words mean, or None for words that mean none."""
    plain = re.sub(" +", " ", text.strip())
    asked = plain.rstrip("?!. ")
    if asked.lower() in COMMANDS:
        return f"/{asked.lower()}"
    for pattern, name in _QUESTIONS:
        found = pattern.fullmatch(asked)
        if found is not None:
            return f"/{name} {found.groupdict().get('words') or ''}".rstrip()
    spoken = _VERB.fullmatch(plain)
    if spoken is None or plain.endswith("?"):
        return None
    return f"/{_VERBS[spoken['verb'].lower()]} {spoken['rest'].rstrip('!. ')}"


def code(text: str) -> str | None:
    """Return the link code that a text is, as it was shown or pasted, or None."""
    typed = text.strip().translate(_CODE_SEPARATORS)
    # Eight letters in lower case are a word rather than a code.
    shown = typed == typed.upper() or any(character.isdigit() for character in typed)
    right = len(typed) == link_codes.LENGTH and set(typed.upper()) <= set(link_codes.ALPHABET)
    return typed.upper() if shown and right else None
